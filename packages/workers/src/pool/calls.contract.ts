import { describe, expect, test } from '@jest/globals';
import { ClosedError, TaskError, TimeoutError, task } from '@millrace/workers';
import { sumOfDoubles } from './nested.fixture.js';
import { closed, opened, openGate, type PoolKind, range, rejection, using } from './pool-kit.fixture.js';
import * as tasks from './tasks.fixture.js';

const { double, same, breakAt, never, untilAborted, gate, rejectOdd } = tasks;

/** What every kind of pool keeps of calls. */
export function describeCalls({ name, make, isolated }: PoolKind): void {
  const use = using(make);

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

    test('a wait for room that nobody looks at makes no unhandled rejection after a cancel', async () => {
      const pool = make({ workers: 1, capacity: 1, graceMs: 0 });
      const cell = closed();
      const calls = range(8).map(() => pool.submit(gate, cell));
      while (pool.waiting >= 8) await new Promise(setImmediate);
      const waits = pool.room();
      const unhandled: unknown[] = [];
      const hear = (error: unknown): void => void unhandled.push(error);
      process.on('unhandledRejection', hear);
      await pool.cancel();
      await new Promise(setImmediate);
      process.off('unhandledRejection', hear);
      openGate(cell);
      await Promise.allSettled(calls);
      expect(unhandled).toEqual([]);
      expect(await rejection(waits)).toBeInstanceOf(ClosedError);
    });
  });

  describe(`${name}: nesting`, () => {
    test('a task may use a pool of its own', () =>
      use(async (pool) => {
        expect(await pool.submit(sumOfDoubles, [1, 2, 3])).toBe(12);
      }));
  });
}
