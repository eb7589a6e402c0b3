import { describe, expect, test } from '@jest/globals';
import type { LaneEvent, LanePool } from '@millrace/workers';
import { live, until, withLives } from './life.fixture.js';
import { range } from './outcomes.fixture.js';

const recycled = (pool: LanePool): number => pool.lanes.reduce((sum, lane) => sum + lane.recycled, 0);

describe('a worker that has run its maxTasksPerWorker', () => {
  test('is replaced: exactly so many items a worker, none lost, none run twice, no restart spent', async () => {
    const events: LaneEvent['kind'][] = [];
    await withLives({ maxRestarts: 0, onLane: ({ kind }) => events.push(kind) }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'countOfWorker', close: 'well' }, range(20), { maxTasksPerWorker: 7 });
      const outcomes = await job.done;
      // Items that a batch gives back since its time is over run after those of the next batch.
      expect(outcomes.map(({ values }) => values[0] as number).toSorted((a, b) => a - b)).toEqual(
        [...range(7), ...range(7), ...range(6)].toSorted((a, b) => a - b),
      );
      expect(counts.of('begun')).toBe(20);
      await job.handle!.close();
      expect([recycled(pool), pool.lanes[0]!.restarts, counts.of('closed')]).toEqual([2, 0, 3]);
    });
    expect(events.filter((kind) => kind === 'recycled')).toHaveLength(2);
    expect(events.filter((kind) => kind === 'ready')).toHaveLength(3);
  });

  test('in several lanes, with other jobs beside it, leaves every item with one outcome', () =>
    withLives({ size: 2, maxRestarts: 0 }, async (pool, counts) => {
      const limited = live(pool, counts, { task: 'countOfWorker' }, range(30), { maxTasksPerWorker: 4, maxBatch: 3 });
      const other = live(pool, counts, { task: 'same' }, range(300));
      await Promise.all([limited.done, other.done]);
      expect(Math.max(...limited.outcomes.map(({ values }) => values[0] as number))).toBe(3);
      expect(other.outcomes.map(({ values }) => values)).toEqual(range(300).map((i) => [i]));
      expect(counts.of('begun')).toBe(330);
      expect(recycled(pool)).toBeGreaterThanOrEqual(6);
    }));

  test('finishes its paused items first', () =>
    withLives({ maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'gated' }, range(2), { maxTasksPerWorker: 1, resumes: false });
      await until(() => job.replies.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect([job.batches.length, recycled(pool)]).toEqual([1, 0]);
      counts.openGate();
      job.resume();
      // The gate is open: the second item may pause as the first did, or end at once and have its own worker replaced.
      await until(() => job.replies.length === 3);
      expect(recycled(pool)).toBeGreaterThanOrEqual(1);
      job.resume();
      await job.done;
      expect(job.outcomes.map(({ values }) => values.length)).toEqual([2, 2]);
    }));

  test('and is kept by a paused item runs another one when nothing else goes on', () =>
    withLives({ maxRestarts: 0, graceMs: 20 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'gated' }, range(2), { maxTasksPerWorker: 1, resumes: false });
      await until(() => job.replies.length === 2);
      expect(recycled(pool)).toBe(0);
      await pool.close();
    }));

  test('and holds a stream is replaced when that has ended', () =>
    withLives({ maxRestarts: 0, graceMs: 20 }, async (pool, counts) => {
      const calls = { values: () => {}, consumed: () => {}, completed: () => {}, failed: () => {} };
      const stream = pool.addStream({ spec: { task: 'same', folder: counts.folder, stream: true }, ...calls });
      const job = live(pool, counts, { task: 'same' }, range(9), { maxTasksPerWorker: 3 });
      await job.done;
      expect(recycled(pool)).toBe(0);
      stream.close();
      await until(() => recycled(pool) === 1);
    }));
});
