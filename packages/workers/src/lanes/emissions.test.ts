import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { LanePool, LanePoolOptions } from '@millrace/workers';
import { type ListJob, range, start, withPool } from './outcomes.fixture.js';

describe('emissions', () => {
  test('are the outputs of their item, none included', () =>
    withPool({ size: 2 }, async (pool) => {
      const job = start(pool, { task: 'count' }, range(50));
      expect((await job.done).map(({ values }) => values)).toEqual(range(50).map(range));
    }));

  test('of an async iterator arrive as well', () =>
    withPool({}, async (pool) => {
      const job = start(pool, { task: 'countLater' }, range(6));
      expect((await job.done).map(({ values }) => values)).toEqual(range(6).map(range));
    }));

  test('beyond what a reply holds come after resume, in order', () =>
    withPool({}, async (pool) => {
      const job = start(pool, { task: 'count' }, [3, 5_000, 2, 1_024, 0, 1]);
      expect((await job.done).map(({ values }) => values.length)).toEqual([3, 5_000, 2, 1_024, 0, 1]);
      expect(job.outcomes[1]!.values).toEqual(range(5_000));
      expect(job.replies.filter(({ more }) => more).length).toBeGreaterThanOrEqual(4);
      expect(Math.max(...job.replies.map(({ values }) => values.length))).toBeLessThanOrEqual(1_024 + 64);
    }));

  test('before an error stand', () =>
    withPool({}, async (pool) => {
      const [outcome, neighbour] = await start(pool, { task: 'countThenThrow' }, [2_000, 1]).done;
      expect(outcome!.values).toEqual(range(2_000));
      expect(outcome!.error).toMatchObject({ name: 'Broken', row: 2_000 });
      expect(neighbour!.values).toEqual([0]);
    }));

  test.each([5, 1_500])('before one that cannot be cloned stand (%d)', (where) =>
    withPool({}, async (pool) => {
      const [outcome, neighbour] = await start(pool, { task: 'emitFunctionAt' }, [where, 1]).done;
      expect(outcome!.values).toEqual(range(where));
      expect(outcome!.error).toMatchObject({ code: 'ERR_CLONE', path: 'output' });
      expect(neighbour!.values).toEqual([0]);
    }),
  );

  test.each([5, 40, 1_500])('before one that cannot be read stand (%d)', (where) =>
    withPool({}, async (pool) => {
      const [outcome, neighbour] = await start(pool, { task: 'emitUnreadableAt' }, [where, 50]).done;
      expect(outcome!.values).toEqual(range(where).map((id) => ({ id })));
      expect(outcome!.error).toMatchObject({ code: 'ERR_CLONE', path: 'output.deep' });
      expect(neighbour!.values).toHaveLength(50);
      expect(pool.lanes[0]!.restarts).toBe(0);
    }),
  );

  test('without end neither block the lane nor fill the memory', () =>
    withPool({}, async (pool) => {
      const endless = start(pool, { task: 'endless' }, [0]);
      const other = start(pool, { task: 'double' }, range(100));
      await other.done;
      expect(endless.replies.every(({ more, values }) => more && values.length <= 1_025)).toBe(true);
    }));
});

describe('the first emissions of an item that waits for its next', () => {
  /** A lane with an item that has paused while it waits. */
  async function withPaused(
    task: string,
    body: (pool: LanePool, job: ListJob, open: (how: 1 | 2) => void) => Promise<void>,
    options: Partial<LanePoolOptions> = {},
  ): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-'));
    const gate = join(folder, 'gate');
    await withPool(options, async (pool) => {
      let paused!: () => void;
      const first = new Promise<void>((resolve) => {
        paused = resolve;
      });
      const job = start(pool, { task }, [gate], { resumes: false, onReply: () => paused() });
      await first;
      expect(job.replies).toMatchObject([{ values: ['first'], counts: [1], more: true }]);
      await body(pool, job, (how) => writeFileSync(`${gate}.${how}`, ''));
    }).finally(() => rm(folder, { recursive: true }));
  }

  async function until(holds: () => boolean): Promise<void> {
    for (let i = 0; i < 1_000 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(holds()).toBe(true);
  }

  /** Long enough for the item to see that its gate is open, though it has not been resumed. */
  const meanwhile = (pool: LanePool): Promise<unknown> => start(pool, { task: 'doubleLater' }, range(30)).done;

  test('come, and the lane goes on with other batches', () =>
    withPaused('gated', async (pool, job) => {
      await start(pool, { task: 'double' }, range(100)).done;
      expect(job.replies).toHaveLength(1);
    }));

  test('do not keep it from settling while it is paused', () =>
    withPaused('gated', async (pool, job, open) => {
      open(1);
      await meanwhile(pool);
      expect(job.replies).toHaveLength(1);
      job.resume();
      const [outcome] = await job.done;
      expect(outcome).toEqual({ values: ['first', 'second'] });
    }));

  test('stand before an error that came while it was paused', () =>
    withPaused('gated', async (pool, job, open) => {
      open(2);
      await meanwhile(pool);
      job.resume();
      const [outcome] = await job.done;
      expect(outcome).toMatchObject({ values: ['first'], error: { name: 'Broken', row: 2 } });
      expect(pool.lanes[0]!.restarts).toBe(0);
    }));

  test('are followed by the others in their turn when it is resumed while it waits', () =>
    withPaused('gated', async (pool, job, open) => {
      const order: string[] = [];
      void job.done.then(() => order.push('paused'));
      job.resume();
      const later = start(pool, { task: 'double' }, [1]);
      void later.done.then(() => order.push('later'));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(order).toEqual([]);
      open(1);
      await Promise.all([job.done, later.done]);
      expect(order).toEqual(['paused', 'later']);
      expect(job.outcomes).toEqual([{ values: ['first', 'second'] }]);
    }));

  test('leave nothing to blame while it is paused: a lane that dies was between items', () =>
    withPaused('gated', async (pool, job, open) => {
      await start(pool, { task: 'exitSoon' }, [1]).done;
      await until(() => job.deaths.length === 1);
      expect(job.outcomes[0]!.death).toBeUndefined();
      // It has been taken again.
      await until(() => job.replies.length === 2);
      open(1);
      job.resume();
      await job.done;
      expect(pool.lanes[0]!.restarts).toBe(1);
    }));

  test('leave it unknown why a lane dies while it is paused and another item runs: its code may have run, too', () =>
    withPaused(
      'gated',
      async (pool) => {
        const running = start(pool, { task: 'exitWhileWaiting' }, [1]);
        await until(() => running.suspects.length > 0);
        expect(running.suspects[0]).toBe('unknown');
      },
      { maxRestarts: 100 },
    ));

  test('blame no other item, be it paused for want of room or over', () =>
    withPool({ maxRestarts: 100 }, async (pool) => {
      // A generator that does not wait has no code that could run meanwhile.
      let paused!: () => void;
      const first = new Promise<void>((resolve) => {
        paused = resolve;
      });
      start(pool, { task: 'endless' }, [0], { resumes: false, onReply: () => paused() });
      await first;
      const running = start(pool, { task: 'exitWhileWaiting' }, [1]);
      await until(() => running.suspects.length > 0);
      expect(running.suspects[0]).toBe(0);
    }));

  test('are those of the running item once it has been resumed', () =>
    withPaused(
      'gated',
      async (pool, job) => {
        job.resume();
        // It ends the lane some turns after the resume has been heard: a lane that has not turned for long reads on before it goes on.
        const ending = start(pool, { load: 'exitLater' }, [1]);
        const [outcome] = await job.done;
        ending.handle!.close();
        expect(outcome!.death).toMatchObject({ code: 'ERR_WORKER_DEATH', exitCode: 5 });
      },
      // On a busy machine the lane may die again before the outcome is heard.
      { maxRestarts: 100 },
    ));

  test('do not hold up a close that ends it', () =>
    withPaused('emitUntilAborted', async (pool) => pool.close('enough'), { graceMs: 60_000 }));

  test('do not outlast the grace of a close that does not end it', () =>
    withPaused('gated', async (pool) => pool.close('enough'), { graceMs: 50 }));

  test('end with their job', () =>
    withPaused('gated', async (pool, job) => {
      job.handle!.close();
      await start(pool, { task: 'double' }, range(10)).done;
      expect(job.replies).toHaveLength(1);
    }));

  test('that are promises fail it with the way out, and their rejections do not end the lane', () =>
    withPool({}, async (pool) => {
      const [outcome] = await start(pool, { task: 'rejectingOutputs' }, [0]).done;
      expect(outcome).toMatchObject({ values: ['first'], error: { code: 'ERR_CLONE', path: 'output' } });
      expect(outcome!.error).toHaveProperty('message', expect.stringContaining('await it'));
      await start(pool, { task: 'doubleLater' }, range(10)).done;
      expect(pool.lanes[0]!.restarts).toBe(0);
    }));

  test('fail it when one of them cannot be cloned, though its next never comes', () =>
    withPool({}, async (pool) => {
      const [outcome] = await start(pool, { task: 'functionThenNothing' }, [0]).done;
      expect(outcome).toMatchObject({ values: ['first'], error: { code: 'ERR_CLONE', path: 'output' } });
    }));
});
