import { describe, expect, test } from '@jest/globals';
import { ClosedError, TaskError } from '@millrace/workers';
import { all, type PoolKind, range, rejection, using, Watched } from './pool-kit.fixture.js';
import * as tasks from './tasks.fixture.js';

const { double, never, untilAborted } = tasks;

/** How every kind of pool ends, and what its lanes own. */
export function describeLife({ name, make }: PoolKind): void {
  const use = using(make);

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
}
