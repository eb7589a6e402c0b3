import { describe, expect, test } from '@jest/globals';
import { CloneError, TaskError, TimeoutError, WorkerDeathError } from '@millrace/workers';
import { declareLate } from './late-task.fixture.js';
import { all, type PoolKind, range, rejection, using } from './pool-kit.fixture.js';
import * as tasks from './tasks.fixture.js';

const { double, same } = tasks;

/** What only lanes of workers keep. */
export function describeWorkers({ name, make }: PoolKind): void {
  const use = using(make);

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

    test('a worker that is ended by what a call has left running after its timeout fails no other call', () =>
      use(
        async (pool) => {
          await expect(pool.submit(tasks.exitBeside, undefined, { timeoutMs: 30 })).rejects.toThrow(TimeoutError);
          expect(await pool.submit(tasks.bystander, 5)).toBe(5);
          expect(pool.lanes.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(1);
        },
        { workers: 1 },
      ));

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
