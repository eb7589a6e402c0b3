import { describe, expect, test } from '@jest/globals';
import {
  cpu,
  explain,
  flow,
  io,
  LateEmissionError,
  operators,
  PlanError,
  type StageError,
  StallError,
  TooManyKeysError,
  WorkerDeathError,
} from '@millrace/core';
import fc from 'fast-check';
import { from, lastValueFrom, map, toArray } from 'rxjs';
import { soaking } from '../testing/soaking.fixture.js';
import { discrepancies, local, rejection, upTo } from './kit.fixture.js';
import {
  type Key,
  type Keyed,
  keptThenLost,
  keyedOperators,
  keys,
  type Place,
  programOf,
  type Rule,
  rules,
} from './operator-stages.fixture.js';

const places: readonly Place[] = ['io', 'inline', 'threads'];

function byKey(all: readonly Keyed[]): Map<Key, number[]> {
  const groups = new Map<Key, number[]>();
  for (const { key, n } of all) groups.set(key, [...(groups.get(key) ?? []), n]);
  return groups;
}

/** What the operators make of each key by itself, in plain RxJS. */
async function alone(items: readonly Keyed[]): Promise<Map<Key, number[]>> {
  const results = new Map<Key, number[]>();
  for (const key of byKey(items).keys()) {
    const own = items.filter((item) => Object.is(item.key, key));
    const outputs = await lastValueFrom(from(own).pipe(programOf(key), toArray()));
    if (outputs.length > 0)
      results.set(
        key,
        outputs.map(({ n }) => n),
      );
  }
  return results;
}

const sorted = (groups: Map<Key, number[]>): [string, number[]][] =>
  [...groups].map(([key, all]): [string, number[]] => [`${typeof key} ${key}`, all]).sort(([a], [b]) => (a < b ? -1 : 1));

describe('with a key', () => {
  const settings: readonly (readonly [Place, number])[] = [
    ['io', 1],
    ['inline', 1],
    ['threads', 1],
    ['threads', 2],
    ['threads', 3],
    ['processes', 2],
  ];
  // Lanes take a while to start: few long runs for them, many short ones for the others.
  test.each([
    ['on the main thread', settings.slice(0, 2), 30, 100],
    ['in lanes', settings.slice(2), soaking ? 10 : 2, soaking ? 2000 : 500],
  ] as const)(
    'O10 results are those of a chain for each key: %s',
    async (_, tried, numRuns, maxLength) => {
      const item = fc.record({ key: fc.constantFrom(...keys.map(([key]) => key)), n: fc.nat(99) });
      const items = fc.array(item, { maxLength, minLength: maxLength / 10, size: 'max' });
      const property = fc.asyncProperty(items, fc.constantFrom(1, 2, 1024), async (given, capacity) => {
        const expected = sorted(await alone(given));
        for (const [place, workers] of tried) {
          const outputs: Keyed[] = [];
          const params = { items: given, place, workers, capacity };
          for await (const output of keyedOperators.iterate(params, { workers })) outputs.push(output);
          expect([place, workers, sorted(byKey(outputs))]).toEqual([place, workers, expected]);
        }
      });
      await fc.assert(property, { seed: 20_261_125, numRuns });
    },
    soaking ? 900_000 : 60_000,
  );

  test('O20 O21 what was dropped is filtered, the counts add up, and no more is in memory than the bound', async () => {
    const items = upTo(1000).map((n) => ({ key: n % 10, n }));
    for (const [place, workers] of settings.filter(([, workers], i) => i !== 2 && (soaking || workers < 3))) {
      const params = { items, program: 'take two', place, workers, capacity: 16 } as const;
      const report = await keyedOperators.run(params, { workers });
      expect(report.stages[1]).toMatchObject({ in: 1000, ok: 20, filtered: 980, out: 20 });
      expect(discrepancies(report)).toEqual([]);
    }
  }, 30_000);

  test.each(places)('O15 one key too many fails the run: %s', async (place) => {
    const error = (await rejection(rules.run({ rule: 'keys', place, workers: 1 }, { workers: 1 }))) as StageError;
    expect(error).toMatchObject({ stage: 'work', position: 60 });
    expect(error.cause).toBeInstanceOf(TooManyKeysError);
    expect(error.cause).toMatchObject({ stage: 'work', maxKeys: 60 });
  });

  test('O15 the keys of all lanes count', async () => {
    const error = (await rejection(rules.run({ rule: 'keys', place: 'threads', workers: 2 }, { workers: 2 }))) as StageError;
    expect(error.cause).toBeInstanceOf(TooManyKeysError);
  });

  test('O19 a lane that dies takes what its chains kept with it: the run fails and says so', async () => {
    const error = (await rejection(keptThenLost.run(undefined, { workers: 2 }))) as StageError;
    expect(error.cause).toBeInstanceOf(WorkerDeathError);
    expect(error.message).toContain('what the operators of stage "sum" kept is lost with their worker');
    expect(error.cause).toMatchObject({ exitCode: 3 });
  });

  test.each(places)('O6 what is no key fails its item: %s', async (place) => {
    const error = (await rejection(rules.run({ rule: 'bad key', place }))) as StageError;
    expect(error).toMatchObject({ stage: 'work', position: 30 });
    expect(error.message).toContain('"key" must give a string, number, bigint or boolean for each item');
  });
});

async function collect(rule: Rule, place: Place): Promise<number[]> {
  const outputs: number[] = [];
  for await (const n of rules.iterate({ rule, place }, { workers: 1 })) outputs.push(n);
  return outputs;
}

async function failure(rule: Rule, place: Place, workers?: number): Promise<StageError> {
  const params = workers === undefined ? { rule, place } : { rule, place, workers };
  return (await rejection(rules.run(params, { workers: workers ?? 1 }))) as StageError;
}

describe.each(places)('operators in %s', (place) => {
  test('O6 an error that is thrown fails the run at the item that was fed', async () => {
    expect(await failure('throws', place)).toMatchObject({ stage: 'work', position: 30, cause: { message: 'broken at 30' } });
  });

  test('O6 so does one that is emitted, in a chain for a key too', async () => {
    expect(await failure('emits an error', place, 2)).toMatchObject({ position: 30, cause: { message: 'broken at 30' } });
  });

  test('O6 one that comes late has no item to blame', async () => {
    const error = await failure('fails late', place);
    expect(error).toMatchObject({ stage: 'work', position: undefined, cause: { message: 'broken at 30' } });
  });

  test('O7 without lineage an output has no position', async () => {
    expect(await failure('positions beyond', place)).toMatchObject({ stage: 'check', position: undefined });
  });

  test("O8 with lineage 'sync' an output has the position of the input that was fed", async () => {
    expect(await failure('positions', place)).toMatchObject({ stage: 'check', position: 10 });
  });

  test.each(['late flush', 'late emission'] as const)(
    'O9 then an output that comes when none is fed is an error: %s',
    async (rule) => {
      const error = await failure(rule, place);
      expect(error).toMatchObject({ stage: 'work', position: undefined });
      expect(error.cause).toBeInstanceOf(LateEmissionError);
      expect(error.message).toContain('emitted when no input was being fed');
    },
  );

  test('O5 a chain that has enough ends the stage and what lies before it', async () => {
    const report = await rules.run({ rule: 'stops', place }, { workers: 1 });
    expect(report).toMatchObject({ outcome: 'completed', delivered: 5 });
    expect(report.read).toBeLessThan(5000);
    expect(discrepancies(report)).toEqual([]);
  });

  test('O16 no more inputs are in the chain than maxPending', async () => {
    const running = await collect('pending', place);
    expect(running).toHaveLength(100);
    expect(Math.max(...running)).toBe(5);
  });

  test('O4 O18 the end waits for outputs that come late', async () => {
    expect(await collect('delay', place)).toEqual(upTo(100));
  });

  test.each(['flood', 'endless'] as const)('O2 what emits too much ends in a StallError: %s', async (rule) => {
    const error = await failure(rule, place);
    expect(error.cause).toBeInstanceOf(StallError);
    expect(error.cause).toMatchObject({ stage: 'work', held: 65_537 });
  });
});

describe('a plan', () => {
  const chain = () => operators(map((n: number) => n));

  test('O11 with workers > 1 on operators without a key is refused', () => {
    expect(() => cpu('work', chain(), { workers: 2 })).toThrow(PlanError);
    expect(() => cpu('work', chain(), { workers: 2 })).toThrow(
      /stage "work": option "workers" is 2.*leave "workers" out, or give "key"/,
    );
    expect(() => cpu('work', chain(), { workers: 1 })).not.toThrow();
  });

  test('O11 with an option about keys and no key is refused', () => {
    expect(() => io('work', chain(), { maxKeys: 2 })).toThrow('option "maxKeys" is about keys, and there is no "key"');
    expect(() => cpu('work', chain(), { keyIdleMs: 2 })).toThrow('option "keyIdleMs" is about keys, and there is no "key"');
  });

  test('says what holds for the operators', () => {
    const key = (n: number): number => n;
    const made = local(() =>
      flow([1]).pipe(
        cpu(
          'work',
          operators(
            map((n) => n),
            { lineage: 'sync' },
          ),
          { key, keyIdleMs: 50, maxPending: 7, maxKeys: 9 },
        ),
      ),
    ).plan(undefined, { cores: 3 });
    expect(made.stages[1]).toMatchObject({
      workers: 3,
      order: 'key',
      fedAhead: 3 * 1024,
      chain: { maxPending: 7, maxKeys: 9, keyIdleMs: 50, lineage: 'sync' },
    });
    const text = explain(made);
    expect(text).toContain('one instance of its operators for each key, dealt to 3 lanes by key');
    expect(text).toContain('an instance is completed after 50 ms without an item of its key');
    expect(text).toContain('fed while it owes fewer than 7 outputs');
    expect(text).toContain('each output has the position of the input being fed');
    expect(text).toContain('maxKeys 9');
  });

  test('an option of operators(...) that is none is refused', () => {
    const lineage = 'exact' as 'sync';
    expect(() =>
      operators(
        map((n: number) => n),
        { lineage },
      ),
    ).toThrow('operators(...): option "lineage" must be "sync"');
  });
});
