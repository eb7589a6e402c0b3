import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { flow, io, operators, type RunReport, StageError, StallError } from '@millrace/core';
import { delay, map, mergeMap, of } from 'rxjs';
import { soaking } from '../testing/soaking.fixture.js';
import { bursting, endlessly, expand, expanding, expansions, expected, stalling, trickling } from './expansions.fixture.js';
import { counting, discrepancies, gate, local, localTo, memorySink, rejection, turns, until, upTo } from './kit.fixture.js';

const numbers = upTo(40);

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const sorted = (items: readonly unknown[]): string[] => items.map((item) => JSON.stringify(item)).sort();

describe.each(expansions)('of a task that gives %s', (kind) => {
  const all = numbers.flatMap((n) => expected(kind, n));

  test('the outputs come in order', async () => {
    const inIo = local(() => flow(numbers).pipe(io('expand', (n: number) => expand(kind, n), { capacity: 4, concurrency: 3 })));
    expect(await collect(inIo.iterate())).toEqual(all);
    const params = { kind, items: numbers.length, order: 'input' } as const;
    expect(await collect(expanding.iterate(params, { workers: 0 }))).toEqual(all);
    if (soaking) expect(await collect(expanding.iterate(params, { workers: 1 }))).toEqual(all);
  });

  test('all outputs come once without order', async () => {
    const inIo = local(() =>
      flow(numbers).pipe(io('expand', (n: number) => expand(kind, n), { capacity: 4, concurrency: 3, order: 'none' })),
    );
    expect(sorted(await collect(inIo.iterate()))).toEqual(sorted(all));
    const params = { kind, items: numbers.length, order: 'none' } as const;
    expect(sorted(await collect(expanding.iterate(params, { workers: 0 })))).toEqual(sorted(all));
    if (soaking) expect(sorted(await collect(expanding.iterate(params, { workers: 2 })))).toEqual(sorted(all));
  });
});

describe('of tasks of every kind in turn, on threads', () => {
  const items = 40 * expansions.length;
  const all = upTo(items).flatMap((n) => expected(undefined, n));

  test.each([1, 2])('the outputs come in order, of %i lanes', async (workers) => {
    expect(await collect(expanding.iterate({ kind: undefined, items, order: 'input' }, { workers }))).toEqual(all);
  });

  test('all outputs come once without order', async () => {
    const outputs = await collect(expanding.iterate({ kind: undefined, items, order: 'none' }, { workers: 2 }));
    expect(sorted(outputs)).toEqual(sorted(all));
  });
});

describe('an endless expansion', () => {
  test.each(['generator', 'async generator'] as const)('on threads does not run away: %s', async (kind) => {
    const pulled = new SharedArrayBuffer(4);
    const returned = new SharedArrayBuffer(4);
    const items = await collect(endlessly.iterate({ kind, pulled, returned, take: 3000 }, { workers: 1 }));
    expect(items).toEqual(upTo(3000));
    // Beyond what was taken: the batch under way, what waits in queues, and what each of the four may be ahead.
    expect(new Int32Array(pulled)[0]).toBeLessThan(3000 + 4 * 1024 + 1024 + 64);
  });

  test('on threads is told to return when nobody wants more', async () => {
    const pulled = new SharedArrayBuffer(4);
    const returned = new SharedArrayBuffer(4);
    await collect(endlessly.iterate({ kind: 'generator', pulled, returned, take: 3000 }, { workers: 1 }));
    expect(new Int32Array(returned)[0]).toBeGreaterThan(0);
  });

  test('S4 in io and inline pulls no more than the room downstream and the window', async () => {
    for (const asynchronous of [true, false]) {
      let pulled = 0;
      let returned = 0;
      const endless = function* () {
        try {
          for (let i = 0; ; i += 1) {
            pulled += 1;
            yield i;
          }
        } finally {
          returned += 1;
        }
      };
      const hold = gate();
      const task = asynchronous
        ? async function* () {
            yield* endless();
          }
        : endless;
      const memory = memorySink<unknown>((call) => (call === 'write' ? hold.passed : undefined));
      const run = localTo<unknown>(
        () =>
          flow(upTo(10)).pipe(
            io('expand', task as () => unknown, { concurrency: 2, window: 4, capacity: 2 }),
            map((item) => item),
          ),
        memory.sink,
        { capacity: 2, batch: { items: 1 } },
      ).start();
      await until(() => memory.count('write') === 1);
      await turns(20);
      // 1024 lie before the untagged operators, 2 before the sink, 1 in it, and the window holds 4 and the head's own.
      expect(pulled).toBeLessThanOrEqual(1024 + 2 + 1 + 4 + 2);
      const begun = asynchronous ? 2 : 1;
      run.cancel('enough');
      hold.open();
      await rejection(run.finished);
      await turns(2);
      expect(returned).toBe(begun);
    }
  });

  test('S4 holds up no other item of a stage without order', async () => {
    const items: unknown[] = [];
    const run = local(() =>
      flow(upTo(20)).pipe(
        io(
          'expand',
          (n: number) =>
            n > 0
              ? n
              : (async function* () {
                  yield 'first';
                  await new Promise<never>(() => {});
                })(),
          { order: 'none', concurrency: 2 },
        ),
      ),
    ).iterate();
    while (items.length < 20) items.push((await run.next()).value);
    expect(sorted(items)).toEqual(sorted(['first', ...upTo(20).slice(1)]));
    await run.return?.();
  });
});

test('the first outputs of an async generator on a thread come although the others never do', async () => {
  const run = trickling.start(undefined, { workers: 1, graceMs: 50 });
  while (run.snapshot().delivered < 2) await setTimeout(10);
  const { delivered } = run.snapshot();
  run.cancel();
  await rejection(run.finished);
  expect(delivered).toBe(2);
});

const overBound = async (workers: number): Promise<void> => {
  const report: RunReport = await bursting.run({ inline: false }, { workers });
  expect(report.delivered).toBe(18_000);
  expect(discrepancies(report)).toEqual([]);
};

test('R2 few items with thousands of outputs stay below the bound, on the main thread', () => overBound(0));

// Open: a reply of a lane holds up to 1024 outputs of expansions for each batch, whatever the window is.
test('R2 few items with thousands of outputs stay below the bound, on threads', () => overBound(1));

describe('a chain that emits more than it may hold while the next stage is full', () => {
  test.each(['inline', 'cpu'] as const)('ends the run with a StallError: %s', async (where) => {
    for (const workers of where === 'cpu' ? [0, 1] : [0]) {
      const error = await rejection(stalling.run({ where }, { workers }));
      expect(error).toBeInstanceOf(StageError);
      const { cause } = error as StageError;
      expect(cause).toBeInstanceOf(StallError);
      const stall = cause as StallError;
      expect({ stage: stall.stage, in: stall.in }).toEqual({ stage: where === 'cpu' ? 'burst' : 'inline-1', in: 1 });
      expect(stall.held).toBe(where === 'cpu' ? 101 : 65_537);
    }
  });

  test('in io operators, also when it emits late', async () => {
    const memory = memorySink<unknown>((call) => (call === 'write' ? new Promise<never>(() => {}) : undefined));
    const run = localTo<unknown>(
      () => flow(upTo(50)).pipe(io('late', operators(mergeMap(() => of(...upTo(60)).pipe(delay(1)))), { maxHeld: 20 })),
      memory.sink,
      { capacity: 1, batch: { items: 1 } },
    ).start(undefined, { graceMs: 10 });
    const error = (await rejection(run.finished)) as StageError;
    expect(error.cause).toBeInstanceOf(StallError);
    expect((error.cause as StallError).held).toBe(21);
  });

  test('an Observable of a task that emits without an end is stopped by a StallError, not by the memory', async () => {
    const { flow: source } = counting(1);
    const flood = local(() =>
      source().pipe(
        io('flood', () =>
          of(null).pipe(
            mergeMap(function* () {
              for (let i = 0; ; i += 1) yield i;
            }),
          ),
        ),
      ),
    );
    const error = (await rejection(flood.run())) as StageError;
    expect(error).toMatchObject({ stage: 'flood', position: 0 });
    expect(error.cause).toBeInstanceOf(StallError);
  });
});
