import { describe, expect, test } from '@jest/globals';
import { explain, type StageError, WorkerDeathError } from '@millrace/core';
import fc from 'fast-check';
import { soaking } from '../testing/soaking.fixture.js';
import { badKeys, type Done, hot, type Key, type Keyed, keyed, retiring, retried } from './keys.fixture.js';
import { rejection, upTo } from './kit.fixture.js';

const keys: readonly Key[] = [0, 1, 2, '1', 1n, true, false, 'true', Number.NaN, 'NaN', '', 'a', 'b', 'c'];

const item = fc.record({
  key: fc.constantFrom(...keys, -0),
  us: fc.constantFrom(0, 0, 10, 300),
  outputs: fc.constantFrom(1, 1, 1, 1, 0, 3, 1500),
});
const items = fc.array(item, { minLength: 1, maxLength: 200 }).map((all): Keyed[] => all.map((each, n) => ({ ...each, n })));

async function run(all: readonly Keyed[], workers: number, window: number, deaths: readonly number[]): Promise<Done[]> {
  const countdowns = new Int32Array(new SharedArrayBuffer(4 * deaths.length));
  countdowns.set(deaths);
  const done: Done[] = [];
  const params = { items: all, workers, window, deaths: countdowns };
  for await (const each of keyed.iterate(params, { workers, maxRestarts: 100 })) done.push(each);
  return done;
}

function byKey<T extends { readonly key: Key }>(all: readonly T[]): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const each of all) groups.set(each.key, [...(groups.get(each.key) ?? []), each]);
  return groups;
}

const parts = (all: readonly { n: number; outputs?: number }[]): number[] =>
  all.flatMap(({ n, outputs = 1 }) => upTo(outputs).map((part) => n * 10_000 + part));

describe('items of one key', () => {
  test(
    'run in one lane and leave in order, whatever dies; the results are those of one lane',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          items,
          fc.integer({ min: 1, max: 3 }),
          fc.integer({ min: 1, max: 64 }),
          fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 2 }),
          async (given, workers, window, deaths) => {
            // An item that has given some of its outputs is not run again, so its death would end the run.
            const all = deaths.length === 0 ? given : given.map((each) => ({ ...each, outputs: Math.min(1, each.outputs ?? 1) }));
            const done = byKey(await run(all, workers, window, deaths));
            const expected = byKey(all.filter(({ outputs }) => outputs !== 0));
            expect([...done.keys()].map(String).sort()).toEqual([...expected.keys()].map(String).sort());
            for (const [key, group] of done) {
              expect(group.map(({ n, part }) => n * 10_000 + part)).toEqual(parts(expected.get(key)!));
              expect(new Set(group.map(({ lane }) => lane)).size).toBe(1);
              if (deaths.length === 0)
                expect(group.map(({ begun }) => begun)).toEqual(group.map(({ begun }) => begun).sort((a, b) => a - b));
            }
          },
        ),
        { seed: 20_261_121, numRuns: soaking ? 200 : 8 },
      );
    },
    soaking ? 900_000 : 120_000,
  );

  test('that are stuck stop no other lane while there is room in the window', async () => {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    // 'b' lies in the other lane than 'hot'.
    const got: string[] = [];
    for await (const key of hot.iterate({ gate, cold: 'b' }, { workers: 2 })) {
      got.push(key);
      if (got.length < 60) continue;
      if (Atomics.exchange(gate, 0, 1) === 0) expect(got).toEqual(upTo(60).map(() => 'b'));
      Atomics.notify(gate, 0);
    }
    expect(got.filter((key) => key === 'hot')).toHaveLength(1000);
    expect(got).toHaveLength(2000);
  });
});

test('items of one key stay in order when they are tried again: those behind wait', async () => {
  const tries = new Int32Array(new SharedArrayBuffer(4));
  const done: { key: Key; n: number; at: number }[] = [];
  for await (const { n, at } of retried.iterate({ tries }, { workers: 2 })) done.push({ key: n % 7, n, at });
  expect(done).toHaveLength(120);
  for (const group of byKey(done).values()) {
    const sorted = (numbers: number[]): number[] => [...numbers].sort((a, b) => a - b);
    expect(group.map(({ n }) => n)).toEqual(sorted(group.map(({ n }) => n)));
    expect(group.map(({ at }) => at)).toEqual(sorted(group.map(({ at }) => at)));
  }
});

describe('a key that is none fails its item', () => {
  test.each(['throws', 'gives an object'] as const)('it %s', async (bad) => {
    const error = (await rejection(badKeys.run(bad, { workers: 2 }))) as StageError;
    expect(error).toMatchObject({ stage: 'work', position: 7 });
    expect((error.cause as Error).message).toBe(
      bad === 'throws' ? 'no key' : '"key" must give a string, number, bigint or boolean for each item, got an object',
    );
  });

  test('on the main thread too', async () => {
    expect(await rejection(badKeys.run('throws', { workers: 0 }))).toMatchObject({ stage: 'work', position: 7 });
  });
});

test('W3 a lane that is not replaced ends the run: its keys can go to no other', async () => {
  const error = (await rejection(retiring.run(undefined, { workers: 2, maxRestarts: 1 }))) as StageError;
  expect(error).toMatchObject({ stage: 'work', message: expect.stringContaining('can go to no other') });
  expect(error.cause).toBeInstanceOf(WorkerDeathError);
  expect(error.cause).toMatchObject({ exitCode: 3 });
});

test('the plan says what a key does', () => {
  const plan = keyed.plan({ items: [], workers: 2, window: 8, deaths: new Int32Array(new SharedArrayBuffer(0)) });
  expect(plan.stages[1]!.order).toBe('key');
  expect(explain(plan)).toContain('order key');
  expect(plan.stages[1]!.reasons).toContain('items of one key run in one lane, in order; other keys overtake them');
});
