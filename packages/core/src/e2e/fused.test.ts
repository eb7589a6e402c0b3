import { describe, expect, test } from '@jest/globals';
import { type RunReport, StageError, type StageReport, WorkerDeathError } from '@millrace/core';
import { contexts, counted, endless, type Fault, faulty, rerunFused } from './fused.fixture.js';
import { discrepancies, rejection, until, upTo } from './kit.fixture.js';

const named = ({ stages }: RunReport, name: string): StageReport => stages.find((stage) => stage.name === name)!;

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('stages in one visit', () => {
  test.each(['thread', 'process'] as const)('see each its own name, in a %s', async (isolation) => {
    expect(contexts.plan().stages[1]!.fusedWith).toEqual(['second', 'third']);
    const items = await collect(contexts.iterate(undefined, { workers: 1, isolation }));
    expect(items).toEqual(upTo(40).map((n) => `${n}:first/0/1:second:third/false`));
  });

  test.each([false, true])('are counted each for itself; behind a generator function: %s', async (generator) => {
    const plan = counted.plan({ generator });
    expect(plan.stages.map(({ fusedWith }) => fusedWith.length)).toEqual(generator ? [0, 1, 1, 1, 1, 0] : [0, 3, 3, 3, 3, 0]);
    const report = await counted.run({ generator }, { workers: 2 });
    const alone = await counted.run({ generator }, { workers: 0 });
    const counts = ({ stages }: RunReport) =>
      stages.map((stage) => [stage.name, stage.in, stage.out, stage.ok, stage.filtered, stage.failed, stage.cancelled]);
    expect(counts(report)).toEqual(counts(alone));
    expect(discrepancies(report)).toEqual([]);
    for (const name of ['drop', 'expand', 'filter', 'add']) {
      const { lanes, in: entered, busyMs, blockedMs, starvedMs } = named(report, name);
      expect(lanes.reduce((sum, { items }) => sum + items, 0)).toBe(entered);
      expect(Math.min(busyMs, blockedMs, starvedMs, ...lanes.map((lane) => lane.busyMs))).toBeGreaterThanOrEqual(0);
    }
  });

  test('end one by one for who listens', async () => {
    const run = counted.start({ generator: false }, { workers: 1 });
    const ended: string[] = [];
    run.events.subscribe((event) => event.type === 'stageEnded' && ended.push(event.stage));
    await run.finished;
    expect(ended).toEqual(['source', 'drop', 'expand', 'filter', 'add', 'output']);
  });
});

describe('a fault in one visit is told with the stage where it happened', () => {
  const places = ['one', 'two', 'three'].map((stage, i): [string, number] => [stage, i + 1]);
  const faults: Fault[] = ['throws', 'rejects', 'exits', 'exits later', 'exits in the midst'];
  test.each(faults.flatMap((fault) => places.map(([stage, at]): [string, Fault, number] => [stage, fault, at])))(
    '%s %s',
    async (stage, fault, at) => {
      const error = (await rejection(faulty.run({ fault, at }, { workers: 1, graceMs: 100 }))) as StageError & {
        report: RunReport;
      };
      expect(error).toBeInstanceOf(StageError);
      expect(error).toMatchObject({ stage, position: 7, attempt: 1 });
      if (fault.startsWith('exits')) expect(error.cause).toBeInstanceOf(WorkerDeathError);
      else expect(error.cause).toMatchObject({ name: 'RangeError', message: 'met' });
      expect(discrepancies(error.report)).toEqual([]);
      expect(error.report.stages.filter(({ failed }) => failed > 0).map(({ name }) => name)).toEqual([stage]);
    },
  );

  test.each(['gives a function', 'yields a function'] as const)('three %s, which cannot leave the lane', async (fault) => {
    const error = (await rejection(faulty.run({ fault, at: 3 }, { workers: 1 }))) as StageError & { report: RunReport };
    expect(error).toMatchObject({ stage: 'three', position: 7, cause: { code: 'ERR_CLONE', path: 'output' } });
    expect(discrepancies(error.report)).toEqual([]);
    expect(named(error.report, 'three').failed).toBe(1);
  });
});

test('what ran in a lane that died is counted once', async () => {
  const died = new SharedArrayBuffer(4);
  const report = await rerunFused.run({ died }, { workers: 1 });
  expect(new Int32Array(died)[0]).toBe(1);
  expect(discrepancies(report)).toEqual([]);
  const expected = upTo(400).filter((n) => n % 7 !== 0).length;
  expect(named(report, 'work')).toMatchObject({ in: 400, ok: expected, filtered: 400 - expected, out: expected });
  expect(named(report, 'more')).toMatchObject({ in: expected, ok: expected, out: expected });
});

describe('an endless generator before another stage in its visit', () => {
  test('is pulled no further than there is room, and told to return', async () => {
    const seen = new SharedArrayBuffer(8);
    const plan = endless.plan({ seen, passes: true });
    expect(plan.stages[1]!.fusedWith).toEqual(['pass']);
    const items: number[] = [];
    for await (const item of endless.iterate({ seen, passes: true }, { workers: 1 })) {
      items.push(item);
      if (items.length === 5000) break;
    }
    expect(items).toEqual(upTo(5000));
    const [pulled, returned] = new Int32Array(seen);
    expect(pulled).toBeLessThan(5000 + plan.bound.items!);
    expect(returned).toBe(1);
  });

  test('of which nothing passes leaves the lane able to close', async () => {
    const seen = new SharedArrayBuffer(8);
    const run = endless.start({ seen, passes: false }, { workers: 1, graceMs: 5000 });
    await until(() => Atomics.load(new Int32Array(seen), 0) > 1000);
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED' });
    expect(new Int32Array(seen)[1]).toBe(1);
  });
});
