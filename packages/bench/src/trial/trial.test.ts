import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type TrialResult, trial } from './trial.js';

const suite = new URL('./suite.fixture.js', import.meta.url).href;
// Guards against what hangs alone: two processes of a busy machine take some seconds to start.
const plentyMs = 25_000;

function tried(contender: string, limitMs = plentyMs, looked?: Parameters<typeof trial>[2]): Promise<TrialResult> {
  const size = { items: 100, turnsPerMs: 1 };
  return trial({ suite, scenario: 'everyone', contender, warmUp: { ...size, items: 10 }, measured: size }, limitMs, looked);
}

async function whyOf(contender: string, limitMs?: number): Promise<string> {
  const result = await tried(contender, limitMs);
  return result.kind === 'failed' ? result.why : `it did not fail: ${JSON.stringify(result)}`;
}

/** Whether it runs: one that was killed may remain as a zombie until somebody looks after it. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe('a trial', () => {
  test('brings what the contender did with the measured items', async () => {
    expect(await tried('good')).toEqual({
      kind: 'measured',
      measure: {
        items: 100,
        count: 100,
        checksum: expect.any(Number),
        elapsedMs: expect.any(Number),
        startMs: expect.any(Number),
        cpuMs: expect.any(Number),
        peakBytes: expect.any(Number),
        mainBusy: expect.any(Number),
      },
    });
  });

  test('ends though the contender leaves something alive', async () => {
    expect(await tried('forgets its timers')).toMatchObject({ kind: 'measured' });
  });

  test('counts CPU time and memory of child processes', async () => {
    // It holds its memory until that was seen, however late the harness looks.
    const endSeen = (pids: readonly number[], bytes: number): void => {
      if (bytes > 80e6) for (const pid of pids) process.kill(pid);
    };
    const [alone, family] = await Promise.all([tried('good'), tried('has a child', plentyMs, endSeen)]);
    if (alone.kind === 'failed' || family.kind === 'failed') throw new Error(JSON.stringify([alone, family]));
    expect(family.measure.cpuMs).toBeGreaterThanOrEqual(100);
    expect(family.measure.peakBytes - alone.measure.peakBytes).toBeGreaterThan(60e6);
  });

  test('of a contender that throws fails with its error and what it wrote', async () => {
    const why = await whyOf('throws');
    expect(why).toMatch(/^RangeError: thrown by the contender\n.*suite\.fixture/);
    expect(why).toContain('Its output ended with:\nwhat it wrote before');
  });

  test('of a contender that exits fails with the code and what it wrote', async () => {
    expect(await whyOf('exits')).toBe('it ended with code 3, without a result\nIts output ended with:\nno disk left');
  });

  test('that measures no number fails', async () => {
    expect(await whyOf('measures nothing')).toBe('it measured no number: p50Us null');
  });

  test('of a contender that is not there fails', async () => {
    expect(await whyOf('nobody')).toContain('suite.fixture.js has no contender "nobody" in a scenario "everyone"');
  });

  test('that hangs in a loop is killed', async () => {
    expect(await whyOf('spins', 1_000)).toBe('it had no result within 1 s and was killed; --limit SECONDS gives it longer');
  });

  test('that hangs is killed with its child processes', async () => {
    let pid: string | undefined;
    // Two processes have to start before there is one to be killed, which takes a busy machine longer.
    for (let limitMs = 3_000; pid === undefined; limitMs *= 2) {
      const why = await whyOf('waits with a child', limitMs);
      expect(why).toContain('was killed');
      pid = /child (\d+)/.exec(why)?.[1];
    }
    while (isAlive(Number(pid))) await sleep(10);
  });
});
