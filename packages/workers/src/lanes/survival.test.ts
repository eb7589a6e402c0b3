import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { type LaneEvent, WorkerDeathError } from '@millrace/workers';
import { live, until, withLives } from './life.fixture.js';
import { isolation, range, start, withPool } from './outcomes.fixture.js';

describe('a worker that dies', () => {
  test('by a crash between two batches takes no item with it', () =>
    withLives({}, async (pool, counts) => {
      await live(pool, counts, { task: 'crashSoon' }, [1]).done;
      await until(() => pool.lanes[0]!.restarts === 1);
      const next = live(pool, counts, { task: 'same' }, range(20));
      await next.done;
      expect(next.deaths).toEqual([]);
    }));

  test('while its reply travels: what was sent stands', () =>
    withLives({}, async (pool, counts) => {
      const job = live(pool, counts, { task: 'largeThenExit' }, [64 * 1024 * 1024]);
      const [outcome] = await job.done;
      expect((outcome!.values[0] as Uint8Array).length).toBe(64 * 1024 * 1024);
      await until(() => pool.lanes[0]!.restarts === 1);
      expect(job.deaths).toEqual([]);
    }));

  test('while its job closes leaves it abandoned, and nobody waits for it', () =>
    withLives({}, async (pool, counts) => {
      const job = live(pool, counts, { task: 'same', close: 'exit' }, range(5));
      await job.done;
      expect(await job.handle!.close()).toEqual([]);
      await live(pool, counts, { task: 'same' }, range(5)).done;
      expect(pool.lanes[0]).toMatchObject({ abandoned: 1, restarts: 1 });
    }));

  test('again and again breaks the jobs, with exit code and last line of stderr of the last death', () =>
    withLives({ maxRestarts: 2 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'complainAndExit7' }, new Array(10).fill(7), { maxBatch: 1 });
      await expect(job.done).rejects.toBeInstanceOf(WorkerDeathError);
      await expect(job.done).rejects.toMatchObject({ exitCode: 9, lastStderrLine: 'no disk left' });
      await expect(job.done).rejects.toThrow(/more often than 2 times a minute.*(exit code|exited with code) 9.*no disk left/);
    }));

  test('while it starts is charged to the restarts, and the jobs are told why', async () => {
    const events: LaneEvent['kind'][] = [];
    const module = new URL('./exiting-module.fixture.js', import.meta.url).href;
    const options = { size: 2, maxRestarts: 1, resolver: { module, export: 'resolve' } };
    await withPool({ ...options, onLane: ({ kind }) => events.push(kind) }, async (pool) => {
      const job = start(pool, { task: 'double' }, range(3));
      await expect(job.done).rejects.toMatchObject({ exitCode: 4, lastStderrLine: 'no licence found' });
      expect(job.deaths).toEqual([]);
    });
    expect(events.filter((kind) => kind === 'ready')).toEqual([]);
    expect(events.filter((kind) => kind === 'retired')).toHaveLength(2);
  });

  test('while the pool closes keeps nobody waiting', () =>
    withLives({ graceMs: 60_000 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'exitAborted7' }, [7]);
      await counts.until('begun', 1);
      await pool.close('enough');
      expect(job.deaths).toEqual([]);
    }));
});

test('a program survives all of it: nothing unhandled, no listener, timer or worker left, and it ends by itself', async () => {
  const program = fileURLToPath(new URL('./survival.program.fixture.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, isolation()], { timeout: 80_000 });
  const { heard, before, after } = JSON.parse(stdout.trim().split('\n').at(-1)!);
  expect(heard).toEqual([]);
  expect(after).toEqual(before);
}, 90_000);
