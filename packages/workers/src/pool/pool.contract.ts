import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import {
  CloneError,
  ClosedError,
  type PoolOptions,
  processQueue,
  TaskError,
  type TaskPool,
  TimeoutError,
  task,
  WorkerDeathError,
} from '@millrace/workers';
import { declareLate } from './late-task.fixture.js';
import { sumOfDoubles } from './nested.fixture.js';
import * as tasks from './tasks.fixture.js';

export interface PoolKind {
  readonly name: string;
  readonly make: (options?: PoolOptions) => TaskPool;
  /** Lanes are workers: values are copied, and what ends a lane does not end the program. */
  readonly isolated: boolean;
}

const { double, same, breakAt, never, untilAborted, gate, rejectOdd } = tasks;
const range = (to: number): number[] => Array.from({ length: to }, (_, i) => i);
const failing = (at: number, to: number) => range(to).map((item) => ({ at, item }));
const opened = (): string => fileURLToPath(import.meta.url);

/** Gates are files, which open when they are there: processes share no memory. */
const folder = mkdtempSync(join(tmpdir(), 'gates-'));
let gates = 0;
const closed = (): string => {
  gates += 1;
  return join(folder, `${gates}`);
};

function openGate(gate: string): void {
  writeFileSync(gate, '');
}

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const result of results) list.push(result);
  return list;
}

/** What a promise rejects with. */
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => expect(value).toBe('a rejection'),
    (error: unknown) => error,
  );

/** An endless input that notes how far it was read and whether it was told to return. */
class Watched implements IterableIterator<number> {
  read = 0;
  returned = 0;
  readonly next = (): IteratorResult<number> => ({ done: false, value: this.read++ });
  readonly return = (): IteratorResult<number> => {
    this.returned += 1;
    return { done: true, value: undefined };
  };
  [Symbol.iterator](): this {
    return this;
  }
}

/** What every kind of pool keeps. */
export function describePool({ name, make, isolated }: PoolKind): void {
  const use = <T>(body: (pool: TaskPool) => T | PromiseLike<T>, options: PoolOptions = {}): Promise<T> =>
    make({ workers: 2, graceMs: 50, ...options }).use(body);

  afterAll(() => rmSync(folder, { recursive: true }));

  describe(`${name}: submit`, () => {
    test('gives what the task gives', () =>
      use(async (pool) => {
        expect(await pool.submit(double, 21)).toBe(42);
        expect(await pool.submit(tasks.doubleLater, 2)).toBe(4);
      }));

    test('hands empty values on as they are', () =>
      use(async (pool) => {
        const values = [undefined, null, 0, -0, Number.NaN, '', false, []];
        expect(await Promise.all(values.map((value) => pool.submit(same, value)))).toEqual(values);
      }));

    test('hands long strings of any letters on as they are', () =>
      use(async (pool) => {
        const letters = ['a', 'é', 'ż', '\u0000', '\ud800', '\ufeff', '😀'];
        const texts = range(400).map((i) => `${i} ${letters[i % 7]!.repeat((i * 37) % 3000)}`);
        for (let round = 0; round < 3; round++) {
          expect(await Promise.all(texts.map((text) => pool.submit(same, text)))).toEqual(texts);
        }
      }));

    test('many calls of one turn all come back, each with its own result', () =>
      use(async (pool) => {
        expect(await Promise.all(range(5000).map((item) => pool.submit(double, item)))).toEqual(range(5000).map((i) => i * 2));
      }));

    test('an error keeps class, message, code, fields and cause', () =>
      use(
        async (pool) => {
          const error = await rejection(pool.submit(breakAt, { at: 3, item: 3 }));
          expect(error).toBeInstanceOf(tasks.Broken);
          expect(error).toMatchObject({ name: 'Broken', message: 'row 3', code: 'E_BROKEN', row: 3 });
          expect((error as Error).cause).toBeInstanceOf(TypeError);
        },
        { errors: [tasks.Broken] },
      ));

    test('what is thrown and is no error arrives as it is', () =>
      use(async (pool) => {
        expect(await rejection(pool.submit(tasks.throwValue, null))).toBeNull();
        expect(await rejection(pool.submit(tasks.throwValue, 'x'))).toBe('x');
      }));

    test('the neighbours of a failed call are not harmed', () =>
      use(async (pool) => {
        const settled = await Promise.allSettled(range(100).map((item) => pool.submit(rejectOdd, item)));
        expect(settled.map(({ status }) => status)).toEqual(range(100).map((i) => (i % 2 ? 'rejected' : 'fulfilled')));
      }));

    test('the context names task, attempt and lane', () =>
      use(async (pool) => {
        const context = await pool.submit(tasks.context, 1);
        expect(context).toEqual({ attempt: 1, name: 'context', worker: expect.any(Number), aborted: false });
      }));

    test('a generator is refused with how to mend it', () =>
      use(async (pool) => {
        const refused = { name: 'TypeError', message: expect.stringMatching(/one value: return an array/) };
        expect(await rejection(pool.submit(tasks.counting, 3))).toMatchObject(refused);
        expect(await rejection(pool.submit(tasks.countingLater, 3))).toMatchObject(refused);
      }));

    test('an export of a module that knows nothing of Millrace is a task', () =>
      use(async (pool) => {
        const plain = new URL('./plain.fixture.js', import.meta.url);
        expect(await pool.submit(task<string, unknown>(plain, 'parse'), '[1]')).toEqual([1]);
        expect(await pool.submit(task<number, number>(plain, 'default'), 1)).toBe(2);
        const error = await rejection(pool.submit(task<number, number>(plain, 'limit'), 1));
        expect(error).toBeInstanceOf(TaskError);
        expect((error as Error).message).toMatch(/no function "limit" .* it has "default", "limit" \(no function\), "parse"$/);
      }));

    test('a module that cannot be loaded fails its calls, and the pool lives', () =>
      use(async (pool) => {
        const broken = task<number, number>(new URL('./unloadable.fixture.js', import.meta.url), 'anything');
        expect(await rejection(pool.submit(broken, 1))).toMatchObject({
          code: 'ERR_IMPORT',
          message: expect.stringMatching(/no such file/),
        });
        expect(await rejection(pool.submit(broken, 1))).toMatchObject({ code: 'ERR_IMPORT' });
        expect(await pool.submit(double, 1)).toBe(2);
      }));
  });

  describe(`${name}: signals and time limits`, () => {
    test('a signal that has aborted keeps the call from being made', () =>
      use(async (pool) => {
        const reason = new Error('too late');
        expect(await rejection(pool.submit(double, 1, { signal: AbortSignal.abort(reason) }))).toBe(reason);
        expect(await rejection(pool.map(double, [1], { signal: AbortSignal.abort(reason) }).next())).toBe(reason);
      }));

    test('a call is given up while it waits', () =>
      use(async (pool) => {
        const cell = closed();
        const busy = range(12).map(() => pool.submit(gate, cell));
        const aborter = new AbortController();
        const call = pool.submit(double, 1, { signal: aborter.signal });
        aborter.abort('not wanted');
        expect(await rejection(call)).toBe('not wanted');
        openGate(cell);
        expect(await Promise.all(busy)).toEqual(busy.map(() => 'opened'));
      }));

    test('a call is given up while it runs, and its lane is free again', () =>
      use(
        async (pool) => {
          const aborter = new AbortController();
          const calls = [untilAborted, never].map((endless) => pool.submit(endless, 1, { signal: aborter.signal }));
          const opening = pool.submit(gate, opened());
          while (pool.running < 1) await new Promise(setImmediate);
          aborter.abort(new RangeError('enough'));
          for (const call of calls) expect(await rejection(call)).toBeInstanceOf(RangeError);
          expect(await opening).toBe('opened');
        },
        { workers: 1 },
      ));

    test('one signal may be given to thousands of calls without a warning', () =>
      use(async (pool) => {
        const warnings: Error[] = [];
        const note = (warning: Error): unknown => warnings.push(warning);
        process.on('warning', note);
        const { signal } = new AbortController();
        await Promise.all(range(2000).map((item) => pool.submit(double, item, { signal })));
        await new Promise(setImmediate);
        process.off('warning', note);
        expect(warnings).toEqual([]);
      }));

    test('an error that cannot be read fails its own call', () =>
      use(
        async (pool) => {
          for (const how of ['name', 'proxy', 'name'] as const) {
            const error = await rejection(pool.submit(tasks.throwUnreadable, how));
            expect(error).toMatchObject({ message: how === 'name' ? 'bad row' : 'guarded' });
          }
          expect(await pool.submit(double, 1)).toBe(2);
          expect(pool.lanes[0]).toMatchObject({ restarts: 0 });
        },
        { workers: 1 },
      ));

    test('a call is given up for a reason that cannot be read', () =>
      use(async (pool) => {
        const reason = Object.assign(new Error('enough'), { name: Object.create(null) });
        const aborter = new AbortController();
        const calls = range(2).map(() => rejection(pool.submit(untilAborted, undefined, { signal: aborter.signal })));
        while (pool.running < 2) await new Promise(setImmediate);
        aborter.abort(reason);
        expect(await Promise.all(calls)).toEqual([reason, reason]);
      }));

    test('a result that throws when it is asked whether it is a promise fails its own call', () =>
      use(
        async (pool) => {
          const calls = await Promise.allSettled(range(4).map((item) => pool.submit(tasks.thenFailing, item)));
          // What cannot be seen of an object is not copied.
          const third = isolated ? 'fulfilled' : 'rejected';
          expect(calls.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', third, 'fulfilled']);
          expect(await pool.submit(double, 1)).toBe(2);
        },
        { workers: 1 },
      ));

    test('a call that takes too long fails with a TimeoutError, and others go on', () =>
      use(async (pool) => {
        const late = rejection(pool.submit(untilAborted, 1, { timeoutMs: 30 }));
        const deaf = rejection(pool.submit(never, undefined, { timeoutMs: 30 }));
        expect(await late).toBeInstanceOf(TimeoutError);
        expect(await deaf).toBeInstanceOf(TimeoutError);
        expect(await pool.submit(double, 4, { timeoutMs: 5000 })).toBe(8);
      }));
  });

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

  describe(`${name}: room`, () => {
    test('callers that submit when there is room never exceed the capacity', () =>
      use(
        async (pool) => {
          const cell = closed();
          let most = 0;
          const calls: Promise<string>[] = [];
          const callers = range(40).map(async () => {
            await pool.room();
            calls.push(pool.submit(gate, cell));
            most = Math.max(most, pool.waiting);
          });
          for (let i = 0; i < 20; i += 1) await new Promise(setImmediate);
          expect(calls.length).toBeLessThan(40);
          openGate(cell);
          await Promise.all(callers);
          expect(await Promise.all(calls)).toHaveLength(40);
          expect(most).toBeLessThanOrEqual(5);
        },
        { capacity: 5 },
      ));

    test('those who get room and do not use it cost nobody a place', () =>
      use((pool) => Promise.all(range(20).map(() => pool.room())), { capacity: 2 }));

    test('is there again when calls that waited have failed with their task', () =>
      use(
        async (pool) => {
          const calls = await Promise.allSettled(range(6).map((item) => pool.submit(double, item)));
          expect(new Set(calls.map(({ status }) => status))).toEqual(new Set(['rejected']));
          expect(await pool.submit(double, 1)).toBe(2);
          await pool.room();
          expect(pool).toMatchObject({ waiting: 0, running: 0 });
        },
        { workers: 1, capacity: 2, setup: tasks.openAtSecond },
      ));

    test('rejects when the pool ends', async () => {
      const pool = make({ workers: 1, capacity: 1 });
      const cell = closed();
      const calls = range(8).map(() => pool.submit(gate, cell));
      while (pool.waiting >= 8) await new Promise(setImmediate);
      const waits = rejection(pool.room());
      const drained = pool.drain();
      expect(await waits).toBeInstanceOf(ClosedError);
      expect(await rejection(pool.room())).toBeInstanceOf(ClosedError);
      openGate(cell);
      await Promise.all([drained, ...calls]);
    });
  });

  describe(`${name}: ends`, () => {
    test('drain waits for all calls and maps, and takes no more', async () => {
      const pool = make({ workers: 2 });
      const calls = range(100).map((item) => pool.submit(tasks.doubleLater, item));
      const mapped = pool.map(double, range(5000));
      const first = await mapped.next();
      const drained = pool.drain();
      expect(pool.drain()).toBe(drained);
      expect(await rejection(pool.submit(double, 1))).toBeInstanceOf(ClosedError);
      expect(await rejection(pool.map(double, [1]).next())).toBeInstanceOf(ClosedError);
      expect([first.value, ...(await all(mapped))]).toEqual(range(5000).map((i) => i * 2));
      expect(await Promise.all(calls)).toHaveLength(100);
      await drained;
      expect(pool).toMatchObject({ waiting: 0, running: 0 });
      await pool.cancel();
    });

    test('a pool that was never used ends at once', async () => {
      await make().drain();
      await make().cancel();
    });

    test('cancel rejects what is under way with the reason as cause', async () => {
      const pool = make({ workers: 1, graceMs: 50 });
      const reason = new RangeError('enough');
      const calls = range(5).map(() => rejection(pool.submit(never, undefined)));
      const mapped = pool.map(untilAborted, new Watched());
      const next = rejection(mapped.next());
      const cancelled = pool.cancel(reason);
      expect(pool.cancel('again')).toBe(cancelled);
      for (const error of await Promise.all([...calls, next])) {
        expect(error).toBeInstanceOf(ClosedError);
        expect(error).toMatchObject({ message: 'the pool was cancelled: enough', cause: reason });
      }
      expect(await rejection(pool.submit(double, 1))).toMatchObject({ cause: reason });
      await cancelled;
      await pool.drain();
    });

    test('calls that nobody looks at make no unhandled rejection when the pool is cancelled', async () => {
      const unhandled: unknown[] = [];
      const note = (error: unknown): unknown => unhandled.push(error);
      process.on('unhandledRejection', note);
      const pool = make({ workers: 1, graceMs: 50 });
      for (let i = 0; i < 5; i += 1) void pool.submit(never, undefined);
      void pool.map(never, [undefined]).next();
      await pool.cancel();
      await new Promise(setImmediate);
      process.off('unhandledRejection', note);
      expect(unhandled).toEqual([]);
    });

    test('use drains, or cancels when its body throws', async () => {
      let call: Promise<unknown> | undefined;
      const pool = make({ workers: 1, graceMs: 50 });
      expect(await pool.use((used) => used.submit(double, 3))).toBe(6);
      expect(await rejection(pool.submit(double, 1))).toBeInstanceOf(ClosedError);
      const error = new RangeError('body');
      const failed = make({ workers: 1, graceMs: 50 }).use((used) => {
        call = rejection(used.submit(never, undefined));
        throw error;
      });
      expect(await rejection(failed)).toBe(error);
      expect(await call).toMatchObject({ cause: error });
    });

    test('a reason of which no text can be made is a reason as any other', async () => {
      const reason: unknown = Object.assign(Object.create(null), { why: 'refused' });
      const pool = make({ workers: 1, graceMs: 50 });
      const failed = pool.use(async (used) => {
        expect(await used.submit(double, 1)).toBe(2);
        throw reason;
      });
      expect(await rejection(failed)).toBe(reason);
      expect(await rejection(pool.submit(double, 1))).toMatchObject({
        message: 'the pool was cancelled: [Object]',
        cause: reason,
      });
    });

    test('asyncDispose drains', async () => {
      const pool = make({ workers: 1 });
      const call = pool.submit(tasks.doubleLater, 5);
      await pool[Symbol.asyncDispose]();
      expect(await call).toBe(10);
    });

    test('a drain does not wait for an input that never returns longer than the grace', async () => {
      const pool = make({ workers: 1, graceMs: 20 });
      const mapped = pool.map(
        double,
        (async function* () {
          yield 1;
          await new Promise(() => {});
        })(),
      );
      expect(await mapped.next()).toEqual({ done: false, value: 2 });
      void mapped.return?.();
      await pool.drain();
    });
  });

  describe(`${name}: setup and teardown`, () => {
    test('a lane has one resource for all of its tasks, and gives it back', () =>
      use(
        async (pool) => {
          const found = await Promise.all(range(20).map((item) => pool.submit(tasks.resource, item)));
          expect(found.every(({ same: own }) => own)).toBe(true);
          await pool.submit(double, 1);
          expect(await pool.submit(tasks.resource, 1)).toMatchObject({ same: true });
        },
        { setup: tasks.open, teardown: tasks.close },
      ));

    test('a setup that fails rejects the calls with the cause', () =>
      use(
        async (pool) => {
          const error = await rejection(pool.submit(double, 1));
          expect(error).toBeInstanceOf(TaskError);
          expect(error).toMatchObject({ message: 'setup "openFailing" failed in lane 0: row 1', cause: { row: 1 } });
        },
        { setup: tasks.openFailing, workers: 1 },
      ));

    test('a teardown that fails rejects the drain', async () => {
      const pool = make({ workers: 1, setup: tasks.open, teardown: tasks.closeFailing });
      await pool.submit(double, 1);
      expect(await rejection(pool.drain())).toMatchObject({ message: 'teardown "closeFailing" failed in lane 0: row 2' });
    });
  });

  describe(`${name}: nesting`, () => {
    test('a task may use a pool of its own', () =>
      use(async (pool) => {
        expect(await pool.submit(sumOfDoubles, [1, 2, 3])).toBe(12);
      }));
  });

  if (isolated) describeIsolated(name, use, make);
}

/** What only lanes of workers keep. */
function describeIsolated(
  name: string,
  use: <T>(body: (pool: TaskPool) => T | PromiseLike<T>, options?: PoolOptions) => Promise<T>,
  make: PoolKind['make'],
): void {
  describe(`${name}: workers`, () => {
    test('an argument that cannot be copied fails its own call, with the path of the member', () =>
      use(async (pool) => {
        const bad = rejection(pool.submit(same, { customer: { onChange: () => {} } }));
        const good = pool.submit(same, 1);
        expect(await bad).toBeInstanceOf(CloneError);
        expect(await bad).toMatchObject({ path: 'item.customer.onChange' });
        expect(await good).toBe(1);
      }));

    test('so does a result', () =>
      use(async (pool) => {
        const settled = await Promise.allSettled(range(10).map((item) => pool.submit(tasks.functionForOdd, item)));
        settled.forEach((outcome, i) => {
          if (i % 2 === 0) expect(outcome).toEqual({ status: 'fulfilled', value: i });
          else expect(outcome).toMatchObject({ status: 'rejected', reason: { path: 'output.deep.onChange' } });
        });
      }));

    test('a worker that ends fails the item it ran and no other', () =>
      use(async (pool) => {
        const settled = await Promise.allSettled(range(200).map((item) => pool.submit(tasks.exitAt7, item)));
        const failed = settled.flatMap((outcome, i) => (outcome.status === 'rejected' ? [[i, outcome.reason]] : []));
        expect(failed).toEqual([[7, expect.any(WorkerDeathError)]]);
        expect(failed[0]![1]).toMatchObject({ exitCode: 3 });
        expect(await all(pool.asCompleted(tasks.exitAt7, range(200)))).toHaveLength(200);
        expect(pool.lanes.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(2);
      }));

    test('lanes that die too often fail what is under way, and what comes after', () =>
      use(
        async (pool) => {
          const calls = range(6).map(() => rejection(pool.submit(tasks.exitAt7, 7)));
          for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(WorkerDeathError);
          expect(await rejection(pool.submit(double, 1))).toMatchObject({
            message: expect.stringMatching(/died more often than 2 times a minute/),
          });
        },
        { workers: 1, maxRestarts: 2 },
      ));

    test('a task that was declared late is not found, and the error says what is there', () =>
      use(async (pool) => {
        const error = await rejection(pool.submit(declareLate(), undefined));
        expect(error).toBeInstanceOf(TaskError);
        expect((error as Error).message).toMatch(
          /did not find task "late" .*; it found "early"\. Declare the task at the top level/,
        );
      }));

    test('results may be moved', () =>
      use(async (pool) => {
        const moved = await pool.submit(tasks.bytes, 100_000, { transfer: true });
        expect(moved).toHaveLength(100_000);
        expect(moved[99_999]).toBe(7);
      }));

    test('ever new time limits do not fill the lanes with jobs', () =>
      use(async (pool) => {
        for (const item of range(100)) expect(await pool.submit(double, item, { timeoutMs: 60_000 + item })).toBe(item * 2);
      }));

    test('events of the lanes are told', async () => {
      const events: string[] = [];
      const pool = make({ workers: 1, onLane: ({ kind }) => events.push(kind) });
      await rejection(pool.submit(tasks.exitAt7, 7));
      expect(await pool.submit(double, 1)).toBe(2);
      await pool.drain();
      expect(events).toEqual(['ready', 'died', 'replaced', 'ready']);
    });
  });
}
