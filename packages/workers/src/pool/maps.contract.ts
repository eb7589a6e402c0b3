import { describe, expect, test } from '@jest/globals';
import { processQueue } from '@millrace/workers';
import { all, closed, failing, opened, openGate, type PoolKind, range, rejection, using, Watched } from './pool-kit.fixture.js';
import * as tasks from './tasks.fixture.js';

const { double, same, breakAt, gate, rejectOdd } = tasks;

/** What every kind of pool keeps of maps. */
export function describeMaps({ name, make }: PoolKind): void {
  const use = using(make);

  describe(`${name}: map`, () => {
    test('keeps the order of the input', () =>
      use(async (pool) => {
        expect(await all(pool.map(tasks.doubleLater, range(50)))).toEqual(range(50).map((i) => i * 2));
        expect(await all(pool.map(double, range(20_000)))).toEqual(range(20_000).map((i) => i * 2));
      }));

    test('takes any iterable and async iterable', () =>
      use(async (pool) => {
        async function* later() {
          for (const item of range(3000)) {
            if (item % 100 === 0) await new Promise(setImmediate);
            yield item;
          }
        }
        expect(await all(pool.map(double, later()))).toEqual(range(3000).map((i) => i * 2));
        expect(await all(pool.map(double, new Set([1, 2])))).toEqual([2, 4]);
        expect(await all(pool.map(same, 'ab'))).toEqual(['a', 'b']);
        expect(await all(pool.map(double, []))).toEqual([]);
      }));

    test('reads nothing before the first next(), and never further ahead than bufferSize', () =>
      use(async (pool) => {
        const input = new Watched();
        const results = pool.map(double, input, { bufferSize: 10 });
        await new Promise(setImmediate);
        expect(input.read).toBe(0);
        for (let i = 0; i < 200; i += 1) {
          expect(await results.next()).toEqual({ done: false, value: i * 2 });
          expect(input.read - (i + 1)).toBeLessThanOrEqual(10);
        }
        await results.return?.();
        expect(input.returned).toBe(1);
      }));

    test('a break returns the input, once, and the pool goes on', () =>
      use(async (pool) => {
        const input = new Watched();
        for await (const result of pool.map(double, input)) if (result === 10) break;
        expect(input.returned).toBe(1);
        const { read } = input;
        expect(await pool.submit(double, 1)).toBe(2);
        expect(input.read).toBe(read);
      }));

    test('ends at the first error in input order, after the results before it, and returns the input', () =>
      use(async (pool) => {
        const results: number[] = [];
        const input = (function* () {
          try {
            for (const item of failing(700, 100_000)) yield item;
          } finally {
            results.push(-1);
          }
        })();
        const mapped = pool.map(breakAt, input);
        const error = await rejection(
          (async () => {
            for await (const result of mapped) if (result >= 0) results.push(result);
          })(),
        );
        expect(error).toMatchObject({ row: 700 });
        expect(results.filter((item) => item >= 0)).toEqual(range(700));
        expect(results.filter((item) => item < 0)).toEqual([-1]);
        expect(await mapped.next()).toEqual({ done: true, value: undefined });
      }));

    test('an error of the input comes after the results of what was read', () =>
      use(async (pool) => {
        const results: number[] = [];
        const input = (function* () {
          yield* range(5);
          throw new RangeError('line 6');
        })();
        const reading = (async () => {
          for await (const result of pool.map(double, input)) results.push(result);
        })();
        expect(await rejection(reading)).toMatchObject({ message: 'line 6' });
        expect(results).toEqual([0, 2, 4, 6, 8]);
      }));

    test.each<[string, () => Iterable<number> | AsyncIterable<number>]>([
      ['', () => ({ [Symbol.iterator]: () => ({ next: () => 5 as never }) })],
      ['asynchronous ', () => ({ [Symbol.asyncIterator]: () => ({ next: async () => 5 as never }) })],
    ])('an %sinput that gives no results is an error, and no endless one', (_, input) =>
      use(async (pool) => {
        await expect(pool.map(double, input()).next()).rejects.toThrow(
          'the iterator of the items gave 5 instead of a result { done, value }',
        );
      }),
    );

    test('an input that throws when it is told to return is heard of at a break, and does not hide an error', () =>
      use(async (pool) => {
        const stubborn = (): Iterable<{ at: number; item: number }> => ({
          [Symbol.iterator]: () => ({
            ...failing(2, 100)[Symbol.iterator](),
            next: ((item) => () => ({ done: false, value: { at: 2, item: item++ } }))(0),
            return: () => {
              throw new RangeError('not closed');
            },
          }),
        });
        expect(await rejection(all(pool.map(breakAt, stubborn())))).toMatchObject({ row: 2 });
        const mapped = pool.map(breakAt, stubborn());
        await mapped.next();
        expect(await rejection(mapped.return!())).toMatchObject({ message: 'not closed' });
      }));

    test('a signal ends it at once, however much is buffered', () =>
      use(async (pool) => {
        const aborter = new AbortController();
        const input = new Watched();
        const mapped = pool.map(double, input, { signal: aborter.signal });
        await mapped.next();
        aborter.abort(new RangeError('enough'));
        expect(await rejection(mapped.next())).toMatchObject({ message: 'enough' });
        expect(await mapped.next()).toEqual({ done: true, value: undefined });
        expect(input.returned).toBe(1);
      }));

    test('several next() at once are answered in order', () =>
      use(async (pool) => {
        const mapped = pool.map(double, range(3));
        expect(await Promise.all(range(5).map(() => mapped.next()))).toEqual([
          ...[0, 2, 4].map((value) => ({ done: false, value })),
          ...[1, 2].map(() => ({ done: true, value: undefined })),
        ]);
      }));

    test('a long map holds up neither another one nor a single call', () =>
      use(async (pool) => {
        const long = pool.map(double, new Watched());
        const other = pool.map(same, new Watched());
        for (let i = 0; i < 100; i += 1) await Promise.all([long.next(), other.next()]);
        expect(await pool.submit(double, 1)).toBe(2);
        expect(await pool.submit(same, 1)).toBe(1);
        await Promise.all([long.return?.(), other.return?.()]);
      }));

    test('an input that ends at once holds up nothing of other tasks', () =>
      use(
        async (pool) => {
          const calls = range(3).map((item) => pool.submit(same, item));
          const maps = [[], range(5), range(100)].map((items) => all(pool.map(double, items)));
          expect(await Promise.all(calls)).toEqual(range(3));
          expect((await Promise.all(maps)).map(({ length }) => length)).toEqual([0, 5, 100]);
        },
        { workers: 1 },
      ));

    test('who leaves while the input is idle gets away, with what was thrown', () =>
      use(async (pool) => {
        const queue = processQueue<number>();
        const idle = async function* (): AsyncGenerator<number> {
          yield 1;
          await new Promise(() => {});
        };
        await queue.put(1);
        const refusing = async (items: AsyncIterable<number>): Promise<void> => {
          for await (const result of pool.map(double, items)) throw new RangeError(`not ${result}`);
        };
        for (const items of [queue, idle()]) expect(await rejection(refusing(items))).toMatchObject({ message: 'not 2' });
        // What was not read yet is still there.
        await queue.put(7);
        expect(await queue.get()).toBe(7);
      }));

    test('chunkSize and bufferSize of one are slow and right', () =>
      use(async (pool) => {
        expect(await all(pool.map(double, range(20), { chunkSize: 1, bufferSize: 1 }))).toEqual(range(20).map((i) => i * 2));
        expect(await all(pool.map(double, range(200), { chunkSize: 7 }))).toEqual(range(200).map((i) => i * 2));
      }));
  });

  describe(`${name}: mapUnordered and asCompleted`, () => {
    test('a slow item does not hold up those behind it', () =>
      use(async (pool) => {
        const cell = closed();
        const results = pool.mapUnordered(gate, [cell, opened()], { chunkSize: 1 });
        expect(await results.next()).toEqual({ done: false, value: 'opened' });
        openGate(cell);
        expect(await all(results)).toEqual(['opened']);
      }));

    test('mapUnordered gives each result once, and ends at an error', () =>
      use(async (pool) => {
        const results = await all(pool.mapUnordered(double, range(3000)));
        expect(results.sort((a, b) => a - b)).toEqual(range(3000).map((i) => i * 2));
        expect(await rejection(all(pool.mapUnordered(breakAt, failing(5, 3000))))).toMatchObject({ row: 5 });
      }));

    test('asCompleted tells what became of each, and goes on after errors', () =>
      use(async (pool) => {
        const settled = await all(pool.asCompleted(rejectOdd, range(20)));
        expect(settled.map(({ index }) => index).sort((a, b) => a - b)).toEqual(range(20));
        for (const { index, ...outcome } of settled) {
          if (index % 2 === 0) expect(outcome).toEqual({ status: 'fulfilled', value: index });
          else expect(outcome).toMatchObject({ status: 'rejected', reason: { row: index } });
        }
      }));
  });
}
