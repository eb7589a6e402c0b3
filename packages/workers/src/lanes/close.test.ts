import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { isolation } from './outcomes.fixture.js';

const closing = fileURLToPath(new URL('./closing.fixture.js', import.meta.url));

/** Exits by itself, or fails at the time limit. */
async function close(...args: string[]): Promise<{ readonly printed: string[]; readonly told: Record<string, unknown> }> {
  const { stdout } = await promisify(execFile)(process.execPath, [closing, isolation(), ...args], { timeout: 25_000 });
  const lines = stdout.trim().split('\n');
  return {
    told: JSON.parse(lines.find((line) => line.startsWith('{'))!),
    printed: lines.filter((line) => !line.startsWith('{')),
  };
}

const nothingLeft = { same: true, left: [] };

describe('close', () => {
  test('delivers what was printed, leaves no listener, worker or timer, and the process ends', async () => {
    const { printed, told } = await close('print');
    expect(printed.sort()).toEqual(Array.from({ length: 20 }, (_, i) => `printed ${i}`).sort());
    expect(told).toMatchObject(nothingLeft);
    const [before, after] = told.listeners as number[][];
    expect(after).toEqual(before);
  });

  test('with a reason aborts the signal and lets running tasks react', async () => {
    const { printed, told } = await close('untilAborted', 'enough');
    expect(printed).toContain('aborted: Error: enough');
    expect(told).toMatchObject({ ...nothingLeft, replies: false });
  });

  test.each(['endless', 'endlessLater'])('tells iterators to return: %s', async (task) => {
    const { printed, told } = await close(task, 'enough');
    const [begun, returned] = ['begun', 'returned'].map((end) => printed.filter((line) => line === `endless ${end}`).length);
    expect(returned).toBeGreaterThan(0);
    expect(returned).toBe(begun);
    expect(told).toMatchObject(nothingLeft);
  });

  test.each(['loop', 'never'])('ends a task that does not end by itself (%s) after its grace', async (task) => {
    expect((await close(task, 'enough', '50')).told).toMatchObject(nothingLeft);
  });

  test('ends workers that are still starting', async () => {
    expect((await close('double')).told).toMatchObject({ ...nothingLeft, replies: false });
  });
});
