import { describe, expect, test } from '@jest/globals';
import { type LaneEvent, TimeoutError } from '@millrace/workers';
import { live, until, withLives } from './life.fixture.js';
import { range } from './outcomes.fixture.js';

const notReleased = expect.objectContaining({ name: 'RangeError', message: 'not released' });

describe('closing a job', () => {
  test('closes it once in each lane that loaded it, when its items have settled', () =>
    withLives({ size: 2 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'late7', close: 'late' }, [7, 7, 7], { maxBatch: 1 });
      await counts.until('begun', 2);
      const [first, second] = [job.handle!.close(), job.handle!.close()];
      expect(await first).toEqual([]);
      expect(await second).toEqual([]);
      expect([counts.of('loaded'), counts.of('closed'), counts.of('late')]).toEqual([2, 2, 2]);
      expect(job.replies).toEqual([]);
      expect(pool.lanes.map(({ abandoned }) => abandoned)).toEqual([0, 0]);
    }));

  test('waits for what an item that timed out has left running', () =>
    withLives({}, async (pool, counts) => {
      const job = live(pool, counts, { task: 'late7', close: 'well' }, [7], { timeoutMs: 1000 });
      await job.done;
      await job.handle!.close();
      expect([counts.of('late'), counts.of('closed')]).toEqual([1, 1]);
    }));

  test('runs no item that has not begun', () =>
    withLives({}, async (pool, counts) => {
      const job = live(pool, counts, { task: 'compute', close: 'well' }, new Array(50).fill(20), { batchOf: 50 });
      await counts.until('begun', 2);
      await job.handle!.close();
      expect(counts.of('begun')).toBeLessThan(50);
      expect(counts.of('closed')).toBe(1);
    }));

  test.each(['throw', 'reject'] as const)('tells what that threw (%s)', (close) =>
    withLives({}, async (pool, counts) => {
      const job = live(pool, counts, { task: 'same', close }, range(3));
      await job.done;
      expect(await job.handle!.close()).toEqual([notReleased]);
      await live(pool, counts, { task: 'same' }, range(3)).done;
    }),
  );

  test('does not outlast its grace, and leaves the lane to others', () =>
    withLives({ graceMs: 300, maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'same', close: 'never' }, range(3));
      await job.done;
      expect(await job.handle!.close()).toEqual([expect.any(TimeoutError)]);
      await live(pool, counts, { task: 'same' }, range(3)).done;
      expect(pool.lanes[0]).toMatchObject({ restarts: 0, abandoned: 0 });
    }));

  test('that computes for ever ends the lane, at no cost of restarts', () =>
    withLives({ graceMs: 300, maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'same', close: 'loop' }, range(3));
      await job.done;
      expect(await job.handle!.close()).toEqual([expect.any(TimeoutError)]);
      await live(pool, counts, { task: 'same' }, range(3)).done;
      expect(pool.lanes[0]).toMatchObject({ restarts: 1, abandoned: 1 });
    }));

  test('while an item computes for ever ends its lane after the grace, at no cost of restarts', () =>
    withLives({ graceMs: 300, maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'loop7', close: 'well' }, [7]);
      await counts.until('begun', 1);
      expect(await job.handle!.close()).toEqual([]);
      await live(pool, counts, { task: 'same' }, range(3)).done;
      expect(pool.lanes[0]).toMatchObject({ restarts: 1, abandoned: 1 });
      expect(counts.of('closed')).toBe(0);
    }));

  test('while an item waits for ever closes it after the grace', () =>
    withLives({ graceMs: 300, maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'never7', close: 'well' }, [7]);
      await counts.until('begun', 1);
      expect(await job.handle!.close()).toEqual([]);
      expect(counts.of('closed')).toBe(1);
      expect(pool.lanes[0]).toMatchObject({ restarts: 0, abandoned: 0 });
    }));

  test('waits for the item of another job that computes', () =>
    withLives({ graceMs: 300, maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'same', close: 'well' }, range(3));
      await job.done;
      const other = live(pool, counts, { task: 'compute' }, [400]);
      await counts.until('begun', 4);
      expect(await job.handle!.close()).toEqual([]);
      await other.done;
      expect([counts.of('closed'), pool.lanes[0]!.restarts]).toEqual([1, 0]);
    }));

  test('while it is loaded closes what the loading acquired', () =>
    withLives({ graceMs: 200 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'same', load: 'late', close: 'well' }, range(3));
      await until(() => job.batches.length > 0);
      expect(await job.handle!.close()).toEqual([]);
      counts.openGate();
      await counts.until('closed', 1);
      expect(counts.of('begun')).toBe(0);
    }));
});

describe('the jobs of a pool that closes', () => {
  test('are closed, and what that throws is told by an event', async () => {
    const events: LaneEvent[] = [];
    await withLives({ onLane: (event) => events.push(event) }, async (pool, counts) => {
      await live(pool, counts, { task: 'same', close: 'throw' }, range(3)).done;
      await live(pool, counts, { task: 'same', close: 'well' }, range(3)).done;
      await pool.close();
      expect(counts.of('closed')).toBe(1);
      expect(pool.lanes[0]).toMatchObject({ abandoned: 0 });
    });
    expect(events).toEqual([
      { kind: 'ready', worker: 0 },
      { kind: 'closing-failed', worker: 0, error: notReleased },
    ]);
  });

  test.each(['never', 'loop', 'exit'] as const)('do not keep it from closing (%s)', async (close) => {
    const events: LaneEvent['kind'][] = [];
    await withLives({ graceMs: 300, onLane: ({ kind }) => events.push(kind) }, async (pool, counts) => {
      await live(pool, counts, { task: 'same', close }, range(3)).done;
      await pool.close();
      expect(pool.lanes[0]!.abandoned).toBe(close === 'never' ? 0 : 1);
    });
    expect(events).toEqual(close === 'exit' ? ['ready'] : ['ready', 'closing-failed']);
  });

  test('are not closed on a lane that died', () =>
    withLives({}, async (pool, counts) => {
      await live(pool, counts, { task: 'exit7', close: 'well' }, range(9)).done;
      await pool.close();
      expect([counts.of('loaded'), counts.of('closed'), pool.lanes[0]!.abandoned]).toEqual([2, 1, 1]);
    }));

  test('run no item that has not begun', () =>
    withLives({}, async (pool, counts) => {
      live(pool, counts, { task: 'compute', close: 'well' }, new Array(50).fill(20), { batchOf: 50 });
      await counts.until('begun', 2);
      await pool.close();
      expect(counts.of('begun')).toBeLessThan(10);
      expect([counts.of('closed'), pool.lanes[0]!.abandoned]).toEqual([1, 0]);
    }));

  test('are closed when what ran has reacted to the end', () =>
    withLives({}, async (pool, counts) => {
      live(pool, counts, { task: 'late7', close: 'well' }, [7]);
      await counts.until('begun', 1);
      await pool.close('enough');
      expect([counts.of('late'), counts.of('closed')]).toEqual([1, 1]);
    }));
});
