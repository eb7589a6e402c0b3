import { beforeEach, describe, expect, test } from '@jest/globals';
import { itemOf, type RunReport, SchemaError, StageError, type StageReport } from '@millrace/core';
import { soaking } from '../testing/soaking.fixture.js';
import { discrepancies, rejection, upTo } from './kit.fixture.js';
import {
  before,
  checked,
  type Fault,
  keyless,
  meets,
  odd,
  type Place,
  places,
  rejects,
  type Trial,
  trying,
  uncloneable,
  values,
} from './rejections.fixture.js';

const workOf = ({ stages }: RunReport, name = 'work'): StageReport => stages.find((stage) => stage.name === name)!;

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

beforeEach(() => {
  rejects.items.length = 0;
});

const faultsOf = (place: Place): Fault[] => [
  ...(['throws', 'rejects', 'breaks off', 'breaks off later', 'hangs'] as const),
  ...(place === 'io' ? [] : (['gives a function'] as const)),
  ...(place === 'thread' || place === 'process' ? (['exits'] as const) : []),
];
/** Lanes do not fail in the order of their items. */
const lettersByPosition = () => rejects.items.toSorted((a, b) => a.position! - b.position!);
const causes: Record<Fault, string> = {
  throws: 'RangeError',
  rejects: 'RangeError',
  'breaks off': 'RangeError',
  'breaks off later': 'RangeError',
  hangs: 'TimeoutError',
  'gives a function': 'CloneError',
  exits: 'WorkerDeathError',
};
// Lanes take long to start: there each fault has one of the two fates, in turns, in processes the one that it has not in threads.
const fatesIn = (place: Place, fault: number): readonly Trial['onError'][] => {
  const fates = ['skip', 'deadLetter'] as const;
  if (soaking || place === 'io' || place === 'inline') return fates;
  return [fates[(fault + (place === 'thread' ? 1 : 0)) % 2]!];
};
const cases = places.flatMap((place) =>
  faultsOf(place).flatMap((fault, i) =>
    fatesIn(place, i).map((onError): [Fault, Place, Trial['onError']] => [fault, place, onError]),
  ),
);
const orders = ['input', 'none', 'key'] as const;
/** A process takes long to start. */
const workersIn = (place: Place): number => (place === 'process' ? 1 : 2);

describe('F1 F3 F5 F6 F8 an item has one fate', () => {
  test.each(cases)('when it %s, in %s: %s', async (fault, place, onError) => {
    // Time limits and restarts are paid by the item.
    const few = fault === 'hangs' || fault === 'exits';
    const order = orders[cases.findIndex(([f, p, e]) => f === fault && p === place && e === onError) % orders.length]!;
    const trial: Trial = { place, fault, onError, order, items: few ? 40 : 200, each: few ? 20 : 7 };
    const run = trying.start(trial, { workers: workersIn(place), graceMs: 100 });
    const report = await run.finished;
    const bad = upTo(trial.items).filter((n) => meets(n, trial));
    const [gone, other] = onError === 'skip' ? (['skipped', 'deadLettered'] as const) : (['deadLettered', 'skipped'] as const);
    expect(workOf(report)).toMatchObject({
      ...{ in: trial.items, ok: trial.items - bad.length, [gone]: bad.length, [other]: 0, failed: 0, cancelled: 0 },
      out: trial.items - bad.length + bad.flatMap((n) => before(fault, n)).length,
    });
    expect(discrepancies(report)).toEqual([]);
    expect(report.deadLetters).toEqual({ sink: 'memory', written: onError === 'skip' ? 0 : bad.length });
    expect(lettersByPosition()).toEqual(
      (onError === 'skip' ? [] : bad).map((n) => ({
        ...{ pipeline: 'rejecting', stage: 'work', position: n, attempts: 1, item: n },
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        error: expect.objectContaining({ name: causes[fault] }),
      })),
    );
  });

  test.each(places.flatMap((place) => orders.map((order): [Place, Trial['order']] => [place, order])))(
    'F4 in %s its gap closes: order %s',
    async (place, order) => {
      const trial: Trial = { place, fault: 'breaks off', onError: 'skip', order, items: 300, each: 4 };
      const outputs = (await collected(trying.iterate(trial, { workers: workersIn(place) }))) as number[];
      const expected = upTo(300).flatMap((n) => (meets(n, trial) ? before(trial.fault, n) : [n]));
      if (order === 'input') expect(outputs).toEqual(expected);
      else expect(outputs.toSorted((a, b) => a - b)).toEqual(expected);
      if (order === 'key' && place !== 'io') {
        for (const key of upTo(5)) {
          expect(outputs.filter((n) => n % 5 === key)).toEqual(expected.filter((n) => n % 5 === key));
        }
      }
    },
  );

  test.each(places)('F7 in %s, after its last attempt', async (place) => {
    const trial: Trial = { place, fault: 'throws', onError: 'deadLetter', order: 'input', items: 50, each: 10, attempts: 3 };
    const report = await trying.run(trial, { workers: workersIn(place) });
    expect(lettersByPosition().map(({ position, attempts }) => [position, attempts])).toEqual(
      [3, 13, 23, 33, 43].map((n) => [n, 3]),
    );
    expect(workOf(report)).toMatchObject({ retries: 10, deadLettered: 5, ok: 45 });
  });

  test.each(places)('F8 in %s, at once when it has given outputs', async (place) => {
    const trial: Trial = { place, fault: 'breaks off', onError: 'deadLetter', order: 'input', items: 50, each: 10, attempts: 3 };
    const report = await trying.run(trial, { workers: workersIn(place) });
    expect(rejects.items.map(({ item, attempts }) => [item, attempts])).toEqual([3, 13, 23, 33, 43].map((n) => [n, 1]));
    expect(workOf(report)).toMatchObject({ retries: 0, deadLettered: 5, ok: 45, out: 55 });
  });

  test.each(places)('F2 in %s, or the run fails with it', async (place) => {
    const trial: Trial = { place, fault: 'throws', onError: 'fail', order: 'input', items: 50, each: 100 };
    const commits = rejects.count('commit');
    const error = (await rejection(trying.run(trial, { workers: 1 }))) as StageError & { report: RunReport };
    expect(error).toBeInstanceOf(StageError);
    expect(error).toMatchObject({ stage: 'work', position: 3, cause: { name: 'RangeError', message: 'no 3' } });
    expect(workOf(error.report)).toMatchObject({ failed: 1, skipped: 0, deadLettered: 0 });
    expect(discrepancies(error.report)).toEqual([]);
    expect(rejects.count('commit')).toBe(commits);
  });
});

test('F11 an item that kills its lane goes alone, and its neighbours are delivered once', async () => {
  const trial: Trial = { place: 'thread', fault: 'exits', onError: 'skip', order: 'input', items: 2000, each: 700 };
  const outputs = await collected(trying.iterate(trial, { workers: 2 }));
  expect(outputs).toEqual(upTo(2000).filter((n) => !meets(n, trial)));
});

test('F6 F15 an item that cannot cross becomes a letter that tells it in words', async () => {
  expect(await collected(uncloneable.iterate(undefined, { workers: 1 }))).toEqual(upTo(20).filter((n) => n !== 4));
  expect(rejects.items).toHaveLength(1);
  expect(rejects.items[0]).toMatchObject({ position: 4, encoded: 'text', error: { name: 'CloneError', code: 'ERR_CLONE' } });
  expect(rejects.items[0]!.item).toContain('n: 4');
});

test.each(['thread', 'inline'] as const)(
  'F9 an item without a key has its fate, and its task does not run: %s',
  async (isolation) => {
    const outputs = await collected(keyless.iterate({ isolation, lack: 'two of them' }, { workers: 2 }));
    expect(outputs.toSorted((a, b) => a - b)).toEqual(upTo(40).filter((n) => n !== 7 && n !== 8));
    expect(rejects.items.map(({ item, error }) => [item, error.name, error.message])).toEqual([
      [7, 'TypeError', expect.stringContaining('"key" must give')],
      [8, 'RangeError', 'no key'],
    ]);
  },
);

test.each(['thread', 'inline'] as const)('F9 a run ends when no item has a key, and no task runs: %s', async (isolation) => {
  expect(await collected(keyless.iterate({ isolation, lack: 'all' }, { workers: 2 }))).toEqual([]);
  expect(rejects.items.map(({ item }) => item)).toEqual(upTo(40));
});

test('F14 F15 what came into the stage comes back equal from a letter that was a line of JSON', async () => {
  const report = await values.run(undefined, { workers: 1 });
  expect(workOf(report).deadLettered).toBe(odd.length);
  const read = rejects.items.map((letter) => JSON.parse(JSON.stringify(letter)) as typeof letter);
  expect(read).toEqual(rejects.items);
  expect(read.map(itemOf)).toEqual(odd);
});

describe('a schema as a task', () => {
  test.each(places)('F28 in %s gives what it parsed', async (place) => {
    expect(await collected(checked.iterate({ place, onError: 'skip' }, { workers: 1 }))).toEqual([1, 3]);
  });

  test.each(places)('F29 in %s fails with its issues, and its class', async (place) => {
    const error = (await rejection(checked.run({ place, onError: 'fail' }, { workers: 1 }))) as StageError;
    expect(error).toMatchObject({ stage: 'check', position: 1 });
    expect(error.cause).toBeInstanceOf(SchemaError);
    expect(error.cause).toMatchObject({
      ...{ code: 'ERR_SCHEMA', message: 'total: must be positive' },
      issues: [{ message: 'must be positive', path: ['total'] }],
    });
  });
});
