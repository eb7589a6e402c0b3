import { beforeEach, describe, expect, test } from '@jest/globals';
import { batch, type Flow, flow, io, merge, operators, type StageError } from '@millrace/core';
import fc from 'fast-check';
import { bufferCount, map } from 'rxjs';
import { local, localTo, rejection, upTo } from './kit.fixture.js';
import { mishaps, type Traced, tellingSink, told } from './lineage.fixture.js';

beforeEach(() => {
  told.length = 0;
});

const wrong = (): unknown[] => told.filter(({ from, position }) => from !== position);
const traced = (count: number): Flow<Traced> => flow(upTo(count)).pipe(io('wrap', (from: number) => ({ from, step: 0 })));

/** A stage that gives `from % outputs` items, in a way and order of its own. */
const spreading = (name: string, outputs: number, order: 'input' | 'none', by: number) =>
  io(
    name,
    async function* ({ from }: Traced) {
      for (let step = 0; step < from % outputs; step += 1) {
        if ((from + step) % by === 0) await new Promise((resolve) => setImmediate(resolve));
        yield { from, step };
      }
    },
    { order, concurrency: 5, window: 9, capacity: 3 },
  );

describe('positions are those of the ancestors', () => {
  test.each(['input', 'none'] as const)(
    'L1 through expansions, retries and deaths of lanes, with order %s',
    async (order) => {
      const report = await mishaps.run({ count: 150, order }, { workers: 2, maxRestarts: 50 });
      expect(report.outcome).toBe('completed');
      expect(wrong()).toEqual([]);
      // Each comes as often as it expands.
      const counts = upTo(150).map((from) => told.filter((item) => item.from === from).length);
      expect(counts).toEqual(upTo(150).map((from) => from % 4));
    },
    30_000,
  );

  test('L1 through chains of function stages, whatever they give and in any order', async () => {
    const stage = fc.record({
      outputs: fc.integer({ min: 1, max: 4 }),
      order: fc.constantFrom('input' as const, 'none' as const),
      by: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(stage, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 60 }),
        async (stages, count) => {
          told.length = 0;
          const chain = (): Flow<Traced> =>
            stages.reduce((f, { outputs, order, by }, i) => f.pipe(spreading(`s${i}`, outputs, order, by)), traced(count));
          await localTo(chain, tellingSink()).run();
          const each = (from: number): number => stages.reduce((all, { outputs }) => all * (from % outputs), 1);
          expect(wrong()).toEqual([]);
          expect(told).toHaveLength(upTo(count).reduce((sum, from) => sum + each(from), 0));
        },
      ),
      { numRuns: 40, seed: 20_261_125 },
    );
  });

  test('L1 through batches, of which each has that of its first item', async () => {
    const first = io('first', (items: Traced[]) => items[0]!);
    await localTo(() => traced(50).pipe(batch({ items: 7 }), first), tellingSink()).run();
    expect(wrong()).toEqual([]);
    expect(told.map(({ from }) => from)).toEqual([0, 7, 14, 21, 28, 35, 42, 49]);
  });

  test('L1 through routes, tees and merges, each by its own source', async () => {
    const pass = (name: string) => io(name, (item: Traced) => item, { order: 'none' });
    const one = traced(40);
    const other = flow(upTo(30)).pipe(io('wrap other', (from: number): Traced => ({ from, step: 1 })));
    const joined = merge(one.pipe(pass('one')), other.pipe(pass('other')))
      .tee('copy', (f) => f.pipe(pass('copied')).to(tellingSink('copies')))
      .route((r) =>
        r.when('first', { step: 0 }, (f) => f.pipe(pass('in first'))).otherwise('rest', (f) => f.pipe(pass('in rest'))),
      );
    const report = await localTo(() => joined, tellingSink()).run();
    expect(report.delivered).toBe(140);
    expect(wrong()).toEqual([]);
    expect(new Set(told.map(({ source }) => source)).size).toBe(2);
  });

  test('L1 in the error of a task that fails far from the source', async () => {
    const failing = io('fail', (item: Traced) => {
      if (item.from === 31) throw new Error('no');
      return item;
    });
    const chain = () =>
      traced(60).pipe(
        spreading('spread', 3, 'none', 2),
        batch({ items: 1 }),
        io('open', ([item]: Traced[]) => item!),
        failing,
      );
    const error = (await rejection(local(chain).run())) as StageError;
    expect(error).toMatchObject({ stage: 'fail', position: 31 });
  });
});

describe('operators', () => {
  test('L2 hide the positions of what they give', async () => {
    await localTo(() => traced(20).pipe(map((item) => item)), tellingSink()).run();
    expect(told).toHaveLength(20);
    expect(told.filter(({ position }) => position !== undefined)).toEqual([]);
  });

  test("L2 let them through with lineage: 'sync'", async () => {
    const same = io(
      'same',
      operators(
        map((item: Traced) => item),
        { lineage: 'sync' },
      ),
    );
    await localTo(() => traced(20).pipe(same), tellingSink()).run();
    expect(told).toHaveLength(20);
    expect(wrong()).toEqual([]);
  });

  test('L2 that put items together give none rather than a wrong one', async () => {
    const first = io('first', (items: Traced[]) => items[0]!);
    await localTo(() => traced(20).pipe(bufferCount(3), first), tellingSink()).run();
    expect(told.every(({ position }) => position === undefined)).toBe(true);
  });
});
