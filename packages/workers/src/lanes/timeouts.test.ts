import { describe, expect, test } from '@jest/globals';
import { type LaneEvent, TimeoutError } from '@millrace/workers';
import { live, until, withLives } from './life.fixture.js';
import { type ListJob, range } from './outcomes.fixture.js';

/** Longer than a machine stands still. */
const long = 60_000;
const message = (ms: number): string => `the task took longer than its timeout of ${ms} ms`;

function expectOthers(job: ListJob): void {
  job.outcomes.forEach(({ values }, i) => void expect(values).toEqual(i === 7 ? [] : [i]));
}

describe('an item that takes longer than its timeout', () => {
  test('and waits for a promise fails, its late result is ignored, and its lane goes on', () =>
    withLives({ maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'late7' }, range(20), { timeoutMs: 1000, batchOf: 20 });
      await job.done;
      await counts.until('late', 1);
      expect(job.outcomes[7]!.error).toBeInstanceOf(TimeoutError);
      expect(job.outcomes[7]!.error).toMatchObject({ message: message(1000), code: 'ERR_TIMEOUT' });
      expectOthers(job);
      expect([counts.of('aborted'), counts.of('begun'), pool.lanes[0]!.restarts]).toEqual([1, 20, 0]);
    }));

  test('and never settles fails as well', () =>
    withLives({ maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'never7' }, range(20), { timeoutMs: 1000 });
      await job.done;
      expect(job.outcomes[7]!.error).toBeInstanceOf(TimeoutError);
      expectOthers(job);
    }));

  test.each(['loop7', 'loopLater7'])(
    'and computes for ever (%s) ends its lane, alone charged, at no cost of restarts',
    (task) => {
      const events: LaneEvent['kind'][] = [];
      return withLives({ maxRestarts: 0, onLane: ({ kind }) => events.push(kind) }, async (pool, counts) => {
        const [job, other] = [
          live(pool, counts, { task }, range(20), { timeoutMs: 1000, batchOf: 20 }),
          live(pool, counts, { task: 'laterEach' }, range(3)),
        ];
        await Promise.all([job.done, other.done]);
        expect(job.outcomes[7]!.death).toBeInstanceOf(TimeoutError);
        expect(job.outcomes[7]!.death).toMatchObject({ message: message(1000) });
        expectOthers(job);
        expect([...job.suspects, ...other.suspects].filter((suspect) => suspect !== 'none')).toEqual([7]);
        expect(events).toEqual(['ready', 'died', 'replaced', 'ready']);
        expect(pool.lanes[0]!.restarts).toBe(1);
      });
    },
  );

  test('and computes to its end fails without a lane being ended', () =>
    withLives({ maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'hour7' }, range(20), { timeoutMs: long });
      await job.done;
      expect(job.outcomes[7]!.error).toMatchObject({ message: message(long), code: 'ERR_TIMEOUT' });
      expectOthers(job);
      expect(pool.lanes[0]!.restarts).toBe(0);
    }));

  test('and expands without end fails, keeps what it gave, and its iterator is told to return', () =>
    withLives({}, async (pool, counts) => {
      const job = live(pool, counts, { task: 'endless' }, [0], { timeoutMs: 1000 });
      await job.done;
      expect(job.outcomes[0]!.error).toBeInstanceOf(TimeoutError);
      expect(job.outcomes[0]!.values.length).toBeGreaterThan(0);
      expect(counts.of('returned')).toBe(1);
    }));

  test('does not grow older while it is paused', () =>
    withLives({}, async (pool, counts) => {
      const job = live(pool, counts, { task: 'gated' }, [0], { timeoutMs: 600, resumes: false });
      await until(() => job.replies.length === 1);
      await live(pool, counts, { task: 'laterEach' }, range(40)).done;
      expect(job.replies).toHaveLength(1);
      counts.openGate();
      job.resume();
      await job.done;
      expect(job.outcomes).toEqual([{ values: ['first', 'second'] }]);
    }));

  test('grows older again when it is resumed', () =>
    withLives({ maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'gated' }, [0], { timeoutMs: 1000 });
      await job.done;
      expect(job.outcomes[0]!.values).toEqual(['first']);
      expect(job.outcomes[0]!.error).toBeInstanceOf(TimeoutError);
    }));

  test('is not the batch: each item has the time for itself', () =>
    withLives({ maxRestarts: 0 }, async (pool, counts) => {
      const job = live(pool, counts, { task: 'laterEach' }, range(60), { timeoutMs: 1000, batchOf: 60 });
      await job.done;
      expect(job.outcomes.every(({ error, values }) => error === undefined && values.length === 1)).toBe(true);
    }));
});

test('a main thread that is busy for longer than the timeout blames no item for it', () =>
  withLives({ maxRestarts: 0 }, async (pool, counts) => {
    const job = live(pool, counts, { task: 'laterEach' }, range(60), { timeoutMs: 600, batchOf: 60 });
    await counts.until('begun', 2);
    // The lane is watched again by then.
    await new Promise((resolve) => setTimeout(resolve, 30));
    // The next thing that the thread comes to is its timers.
    await new Promise((resolve) => setImmediate(resolve));
    const end = performance.now() + 900;
    while (performance.now() < end);
    await job.done;
    expect(job.outcomes.map(({ values }) => values)).toEqual(range(60).map((i) => [i]));
    expect(pool.lanes[0]!.restarts).toBe(0);
  }));

describe('the context of an item', () => {
  test('tells its attempt', () =>
    withLives({}, async (pool, counts) => {
      const job = live(pool, counts, { task: 'attempt' }, range(4), { attempts: [1, 3, 3, 2] });
      expect((await job.done).map(({ values }) => values[0])).toEqual([1, 3, 3, 2]);
    }));

  test('has a signal that nothing aborts but the end of its own item', () =>
    withLives({}, async (pool, counts) => {
      const waiting = live(pool, counts, { task: 'late7' }, [7], { timeoutMs: 300 });
      const job = live(pool, counts, { task: 'aborted' }, range(20));
      await Promise.all([waiting.done, job.done]);
      expect(job.outcomes.every(({ values }) => values[0] === false)).toBe(true);
    }));
});
