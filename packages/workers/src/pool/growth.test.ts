import { expect, test } from '@jest/globals';
import { type LaneEvent, processPool, threadPool } from '@millrace/workers';
import { say, spin } from './growth.fixture.js';

test('a pool grows while work waits and lets idle workers go', async () => {
  const events: LaneEvent[] = [];
  const count = (kind: LaneEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  await threadPool({ workers: 3, minWorkers: 1, idleMs: 50, onLane: (event) => void events.push(event) }).use(async (pool) => {
    await pool.submit(spin, 1);
    expect(count('ready')).toBe(1);
    await Promise.all(Array.from({ length: 30 }, () => pool.submit(spin, 30)));
    expect(count('ready')).toBeGreaterThan(1);
    while (count('released') < count('ready') - 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await pool.submit(spin, 1)).toBe(1);
  });
});

test('minWorkers is no more than workers', () => {
  expect(() => threadPool({ workers: 2, minWorkers: 3 })).toThrow(
    'threadPool: option "minWorkers" is 3, more than the 2 of "workers"',
  );
});

test.each([
  ['threads', threadPool],
  ['processes', processPool],
])('what %s print is heard by line, all of it before the end', async (_, poolOf) => {
  const lines: { worker: number; stream: string; text: string }[] = [];
  await poolOf({ workers: 1, onOutput: (line) => void lines.push(line) }).use(async (pool) => {
    await pool.submit(say, 'one\ntwo');
    await pool.submit(say, 'three');
  });
  const of = (wanted: string): string[] => lines.filter(({ stream }) => stream === wanted).map(({ text }) => text);
  expect(of('stdout')).toEqual(['one', 'two', 'three']);
  expect(of('stderr')).toEqual(['one', 'two!', 'three!']);
  expect(new Set(lines.map(({ worker }) => worker))).toEqual(new Set([0]));
});
