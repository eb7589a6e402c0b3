import { describe, expect, test } from '@jest/globals';
import { live, until, withLives } from './life.fixture.js';
import { range } from './outcomes.fixture.js';

describe('an item that is given up', () => {
  test('before it began is not begun, and has no output', () =>
    withLives({ maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'laterEach' }, range(5), { batchOf: 5 });
      await counts.until('begun', 1);
      job.cancel(3, 'enough');
      job.cancel(4, 'enough');
      await job.done;
      expect(job.outcomes).toEqual([0, 1, 2].map((i) => ({ values: [i] })).concat([{ values: [] }, { values: [] }]));
      expect(counts.of('begun')).toBe(3);
    }));

  test('behind one that computes is not begun', () =>
    withLives({ maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'compute' }, [200, 1, 1], { batchOf: 3 });
      await counts.until('begun', 1);
      job.cancel(2, 'enough');
      await job.done;
      expect(job.outcomes.map(({ values }) => values)).toEqual([[200], [1], []]);
      expect(counts.of('begun')).toBe(2);
    }));

  test('far behind those that compute does not end the lane, however long they take', () =>
    withLives({ maxRestarts: 0, graceMs: 500 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'compute' }, new Array(12).fill(20), { batchOf: 12 });
      await counts.until('begun', 2);
      job.cancel(11, 'enough');
      await job.done;
      expect(job.outcomes.map(({ values }) => values.length)).toEqual([...new Array(11).fill(1), 0]);
      expect(pool.lanes[0]!.restarts).toBe(0);
    }));

  test('does not end the lane that runs it where the grace has no end', () =>
    withLives({ maxRestarts: 0, graceMs: Number.POSITIVE_INFINITY }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'compute' }, [300, 1], { batchOf: 2 });
      await counts.until('begun', 1);
      job.cancel(0, 'enough');
      await job.done;
      expect(job.outcomes.map(({ values }) => values)).toEqual([[], [1]]);
      expect(pool.lanes[0]!.restarts).toBe(0);
    }));

  test('behind one that is paused, and waits on, does not end the lane', () =>
    withLives({ maxRestarts: 0, graceMs: 30 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'gated' }, [0, 1], { batchOf: 2, resumes: false });
      await until(() => job.replies.length === 1);
      job.cancel(1, 'enough');
      await new Promise((resolve) => setTimeout(resolve, 150));
      counts.openGate();
      await until(() => job.replies.length === 2);
      job.resume();
      await job.done;
      expect(job.outcomes.map(({ values }) => values)).toEqual([['first', 'second'], []]);
      expect(pool.lanes[0]!.restarts).toBe(0);
    }));

  test('while its job is loaded is not begun', () =>
    withLives({}, async (pool, counts) => {
      const job = live(pool, counts, { task: 'same', load: 'late' }, range(2), { batchOf: 2 });
      await until(() => job.batches.length > 0);
      job.cancel(0, 'enough');
      // The gate is a file, which may be seen before the frame that travels to a process.
      await new Promise((resolve) => setTimeout(resolve, 300));
      counts.openGate();
      await job.done;
      expect(job.outcomes.map(({ values }) => values)).toEqual([[], [1]]);
      expect(counts.of('begun')).toBe(1);
    }));

  test('while it waits hears of it by its signal, and what comes of it is not told', () =>
    withLives({ maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'late7' }, range(9), { batchOf: 9 });
      await counts.until('begun', 8);
      job.cancel(7, new Error('enough'));
      await job.done;
      expect(job.outcomes[7]).toEqual({ values: [] });
      expect(job.replies.flatMap(({ failures }) => failures ?? [])).toEqual([]);
      expect([counts.of('aborted'), counts.of('late'), counts.of('begun')]).toEqual([1, 1, 9]);
    }));

  test.each(['never7', 'loop7'])('and does not end (%s) ends its lane after the grace, at no cost of restarts', (task) =>
    withLives({ maxRestarts: 0, graceMs: 50 }, async (pool, counts) => {
      const job = live(pool, counts, { task }, range(20), { batchOf: 20 });
      await counts.until('begun', 8);
      job.cancel(7, 'enough');
      await job.done;
      expect(job.outcomes.map(({ values }) => values)).toEqual(range(20).map((i) => (i === 7 ? [] : [i])));
      expect(job.suspects).toEqual(['none']);
      expect(pool.lanes[0]!.restarts).toBe(1);
    }),
  );

  test('while it is paused is told to return, and its batch goes on', () =>
    withLives({ maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'gated' }, [0, 1], { batchOf: 2, resumes: false });
      await until(() => job.replies.length === 1);
      job.cancel(0, 'enough');
      counts.openGate();
      await until(() => job.replies.length === 2);
      job.resume();
      await job.done;
      expect(job.outcomes.map(({ values }) => values)).toEqual([['first'], ['first', 'second']]);
      // Nobody waits for the one that was given up: it may see its gate open after the other.
      await counts.until('returned', 2);
      expect(counts.of('returned')).toBe(2);
    }));

  test('after it was covered is left as it is', () =>
    withLives({ maxRestarts: 0, graceMs: 20 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'same' }, range(5));
      await job.done;
      job.cancel(0, 'enough');
      await live(pool, counts, { task: 'laterEach' }, range(5)).done;
      expect(job.outcomes[0]!.values).toEqual([0]);
      expect(pool.lanes[0]!.restarts).toBe(0);
    }));

  test('while its lane dies of it is not blamed', () =>
    withLives({ graceMs: 60_000 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'loop7' }, range(9), { batchOf: 9, timeoutMs: 2000 });
      await counts.until('looping', 1);
      job.cancel(7, 'enough');
      await job.done;
      expect(job.suspects).toEqual(['none']);
    }));
});
