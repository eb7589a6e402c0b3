import { describe, expect, test } from '@jest/globals';
import { batch, flow, io, StageError, StallError } from '@millrace/core';
import { concatMap, map, mergeMap, take, toArray } from 'rxjs';
import { type Around, apart, type BatchSpec, batched } from './batches.fixture.js';
import {
  counting,
  discrepancies,
  gate,
  local,
  localTo,
  memorySink,
  never,
  rejection,
  turns,
  until,
  upTo,
} from './kit.fixture.js';

/** Longer than any test. */
const forEver = 2 ** 31 - 1;

const inBatches = (count: number, size: number): number[][] =>
  Array.from({ length: Math.ceil(count / size) }, (_, i) => upTo(count).slice(i * size, (i + 1) * size));

describe('batch in a run', () => {
  test.each([1, 2, 7, 1024])('B1 B3 B8 batches of %i hold all items in order, and the report counts both', async (size) => {
    for (const capacity of [1, 2, 1024]) {
      const memory = memorySink<number[]>();
      const report = await localTo(() => flow(upTo(100)).pipe(batch({ items: size, capacity })), memory.sink, {
        capacity,
        batch: { items: 1 },
      }).run();
      expect(memory.items).toEqual(inBatches(100, size));
      expect(discrepancies(report)).toEqual([]);
      const [, stage] = report.stages;
      expect(stage).toMatchObject({ name: 'batch-1', kind: 'batch', in: 100, ok: 100, out: Math.ceil(100 / size) });
    }
  });

  const around: Around[] = ['io', 'cpu', 'cpu operators', 'inline'];
  test.each(around)(
    'B1 between %s and all others, with full queues, nothing is lost, doubled or out of order',
    async (before) => {
      for (const after of around) {
        for (const capacity of [1, 16]) {
          const spec: BatchSpec = { items: 60, size: 7, capacity, before, after };
          const items: number[] = [];
          for await (const item of batched.iterate(spec, { workers: 0 })) items.push(item);
          expect({ spec, items }).toEqual({ spec, items: upTo(60) });
        }
      }
    },
  );

  test.each(['cpu', 'cpu operators'] as const)('B1 between lanes that run %s', async (kind) => {
    const spec: BatchSpec = { items: 500, size: 32, capacity: 16, before: kind, after: kind };
    const items: number[] = [];
    for await (const item of batched.iterate(spec, { workers: 2 })) items.push(item);
    expect(items).toEqual(upTo(500));
  });

  test('it keeps its neighbours from running in one visit', async () => {
    const plan = apart.plan(undefined, { cores: 2 });
    expect(plan.stages.map(({ fusedWith }) => fusedWith.length)).toEqual([0, 0, 0, 0, 0, 0]);
    const sums: number[] = [];
    for await (const sum of apart.iterate(undefined, { workers: 1 })) sums.push(sum);
    expect(sums).toEqual(inBatches(100, 7).map((numbers) => 2 * numbers.reduce((sum, n) => sum + n, 0)));
  });

  test('B2 with ms a batch leaves though nothing follows', async () => {
    const { passed, open } = gate();
    const source = async function* (): AsyncGenerator<number> {
      yield 1;
      yield 2;
      await passed;
      yield 3;
    };
    const batches: number[][] = [];
    for await (const numbers of flow(source).pipe(batch({ ms: 1 }))) {
      batches.push(numbers);
      if (batches.flat().length === 2) open();
    }
    expect(batches.flat()).toEqual([1, 2, 3]);
  });

  test('B3 a drain sends what the batch has', async () => {
    const memory = memorySink<number[]>();
    const { seen, flow: numbers } = counting(Number.POSITIVE_INFINITY, () => (seen.pulled > 5 ? never() : Promise.resolve()));
    const run = localTo(() => numbers().pipe(batch({ items: 3, ms: forEver })), memory.sink).start();
    await until(() => memory.items.length === 1 && run.snapshot().read === 5);
    const report = await run.drain();
    expect([report.outcome, memory.items, memory.count('commit')]).toEqual([
      'drained',
      [
        [0, 1, 2],
        [3, 4],
      ],
      1,
    ]);
    expect(discrepancies(report)).toEqual([]);
  });

  test('B3 an operator before it that has enough ends the batch', async () => {
    const { seen, flow: numbers } = counting();
    const batches = await numbers()
      .pipe(take(5), batch({ items: 3, ms: forEver }))
      .toArray();
    expect([batches, seen.returned]).toEqual([
      [
        [0, 1, 2],
        [3, 4],
      ],
      1,
    ]);
  });

  test('B7 B8 an operator behind it that has enough drops what it holds', async () => {
    const { seen, flow: numbers } = counting();
    const report = await local(() => numbers().pipe(batch({ items: 3, ms: forEver, capacity: 4 }), take(2))).run();
    expect([report.outcome, seen.returned]).toEqual(['completed', 1]);
    expect(report.stages[1]!.cancelled).toBe(report.stages[1]!.in - report.stages[1]!.ok);
    expect(discrepancies(report)).toEqual([]);
  });

  test('B7 a cancel does not wait for the time of a batch', async () => {
    const { flow: numbers } = counting(Number.POSITIVE_INFINITY, never);
    const run = local(() =>
      flow(async function* () {
        yield 1;
        yield* numbers();
      }).pipe(batch({ ms: forEver })),
    ).start();
    await until(() => run.snapshot().stages[1]?.in === 1);
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED' });
  });

  test('B6 what fails behind it names the first item of the batch', async () => {
    const failing = flow(upTo(20)).pipe(
      io('one by one', async (n: number) => n),
      batch({ items: 6 }),
      io('insert', async (numbers: number[]) => {
        if (numbers.includes(14)) throw new Error('refused');
      }),
    );
    const error = await rejection(failing.toArray());
    expect(error).toBeInstanceOf(StageError);
    expect(error).toMatchObject({ stage: 'insert', position: 12 });
  });

  test('B4 a slow stage behind it stalls it at its bound', async () => {
    const { seen, flow: numbers } = counting();
    const { passed, open } = gate();
    const slow = io('slow', (numbers: number[]) => passed.then(() => numbers.length), { concurrency: 1, window: 1, capacity: 1 });
    const pipe = local(() => numbers().pipe(batch({ items: 4, capacity: 2 }), slow, take(3)));
    const run = pipe.start();
    await until(() => seen.pulled === 14);
    await turns(30);
    // One batch runs, one waits, one is held full, and two items wait before it.
    expect([seen.pulled, run.snapshot().stages[1]!.in]).toEqual([14, 14]);
    open();
    const report = await run.finished;
    expect([report.delivered, discrepancies(report)]).toEqual([3, []]);
  });

  test('chains behind it may take batches apart, as far as they may hold', async () => {
    const apartInline = await flow(upTo(50))
      .pipe(
        batch({ items: 20 }),
        concatMap((numbers) => numbers),
        map((n) => n + 1),
      )
      .toArray();
    expect(apartInline).toEqual(upTo(51).slice(1));
    const held = flow(upTo(50)).pipe(
      io('collect', async (n: number) => n),
      batch({ items: 50 }),
      toArray(),
      mergeMap((batches) => batches.flat()),
    );
    expect(await held.toArray()).toEqual(upTo(50));
    const tooLarge = flow([upTo(70_000)]).pipe(
      concatMap((numbers) => numbers),
      io('slow', never, { capacity: 1 }),
    );
    const [error] = await Promise.all([rejection(local(() => tooLarge).run())]);
    expect((error as StageError).cause).toBeInstanceOf(StallError);
  });

  test('batches of batches', async () => {
    const nested = await flow(upTo(10))
      .pipe(batch({ items: 2 }), batch({ items: 3 }))
      .toArray();
    expect(nested).toEqual([
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      [
        [6, 7],
        [8, 9],
      ],
    ]);
  });
});
