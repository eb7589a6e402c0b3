import { describe, expect, test } from '@jest/globals';
import type { LanePool, StreamFeed } from '@millrace/workers';
import { range, start, withPool } from './outcomes.fixture.js';
import type { Spec } from './tasks.fixture.js';
import { unreadable } from './unreadable.fixture.js';

class Collected {
  readonly values: unknown[] = [];
  readonly feed: StreamFeed;
  readonly ended: Promise<'completed' | { readonly failed: unknown; readonly feeding: boolean }>;
  /** Of each message: values, then those of each item. */
  readonly counts: number[][] = [];
  readonly notes: unknown[] = [];
  consumed = 0;

  constructor(pool: LanePool, spec: Spec) {
    let resolve!: (end: 'completed' | { readonly failed: unknown; readonly feeding: boolean }) => void;
    this.ended = new Promise((resolved) => {
      resolve = resolved;
    });
    this.feed = pool.addStream({
      spec,
      values: (values, counts) => {
        this.values.push(...values);
        if (counts !== undefined) this.counts.push([values.length, ...counts]);
      },
      consumed: (count, _, note) => {
        this.consumed += count;
        if (note !== undefined) this.notes.push(note);
      },
      completed: () => resolve('completed'),
      failed: (error, feeding) => resolve({ failed: error, feeding }),
    });
  }
}

/** Passes through the lane after everything fed before. */
const settled = (pool: LanePool): Promise<unknown> => start(pool, { task: 'double' }, [1]).done;

describe('a stream', () => {
  test('is fed in order, emits and completes', () =>
    withPool({ size: 2 }, async (pool) => {
      const stream = new Collected(pool, { stream: 'double' });
      stream.feed.grant(10_000);
      for (let i = 0; i < 10; i++) stream.feed.feed(range(100));
      stream.feed.end();
      expect(await stream.ended).toBe('completed');
      expect(stream.values).toEqual(range(1_000).map((i) => (i % 100) * 2));
      expect(stream.consumed).toBe(1_000);
    }));

  test('is fed only while it has credit', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'double' });
      stream.feed.feed(range(10));
      stream.feed.grant(3);
      await settled(pool);
      expect([stream.values, stream.consumed]).toEqual([[0, 2, 4], 3]);
      stream.feed.grant(7);
      stream.feed.end();
      await stream.ended;
      expect(stream.values).toHaveLength(10);
    }));

  test('holds outputs beyond its credit, and is not fed meanwhile', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'tenfold' });
      stream.feed.feed([1, 2]);
      stream.feed.end();
      stream.feed.grant(4);
      await settled(pool);
      expect([stream.values.length, stream.consumed]).toEqual([4, 1]);
      stream.feed.grant(16);
      expect(await stream.ended).toBe('completed');
      expect([stream.values.length, stream.consumed]).toEqual([20, 2]);
    }));

  test('fails with its own error when it holds too much', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'tenfold', maxHeld: 5 });
      stream.feed.feed([1]);
      stream.feed.grant(1);
      expect(await stream.ended).toMatchObject({ failed: { name: 'RangeError', message: '6 held' } });
      expect(stream.values).toEqual([1]);
    }));

  test('needs no credit to be told of the end', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'sum' });
      stream.feed.grant(1);
      stream.feed.feed(range(5));
      stream.feed.end();
      expect(await stream.ended).toBe('completed');
      expect(stream.values).toEqual([10]);
    }));

  test('may complete early; what it was fed beyond is not consumed', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'takeTwo' });
      stream.feed.grant(100);
      stream.feed.feed(range(10));
      expect(await stream.ended).toBe('completed');
      expect([stream.values, stream.consumed]).toEqual([[0, 1], 2]);
      stream.feed.feed([1]);
    }));

  test('may emit late', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'later' });
      stream.feed.grant(100);
      stream.feed.feed(range(5));
      stream.feed.end();
      expect(await stream.ended).toBe('completed');
      expect(stream.values).toEqual(range(5));
    }));

  test('fails with what its body throws, after what it emitted', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'throwAt3' });
      stream.feed.grant(100);
      stream.feed.feed(range(5));
      expect(await stream.ended).toMatchObject({ failed: { name: 'Broken', row: 3 } });
      expect(stream.values).toEqual([0, 1, 2]);
    }));

  test('fails when an item or an output cannot be cloned', () =>
    withPool({}, async (pool) => {
      const output = new Collected(pool, { stream: 'emitFunction' });
      output.feed.grant(100);
      output.feed.feed(range(5));
      expect(await output.ended).toMatchObject({ failed: { path: 'output' } });
      expect(output.values).toEqual([0, 1]);
      const input = new Collected(pool, { stream: 'double' });
      input.feed.feed([1, { a: [() => {}] }]);
      expect(await input.ended).toMatchObject({ failed: { path: 'item.a[0]' } });
    }));

  test('is not completed over outputs that the main thread cannot read', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'tooDeepAt2' });
      stream.feed.grant(100);
      stream.feed.feed(range(5));
      stream.feed.end();
      expect(await stream.ended).toMatchObject({ failed: { code: 'ERR_CLONE', path: 'output' } });
      // What went before it in a frame of its own has come.
      expect(stream.values).toEqual(range(2).slice(0, stream.values.length));
      await settled(pool);
      expect(pool.lanes[0]!.restarts).toBe(0);
    }));

  test.each([10, 100])('fails when an item or an output cannot be read, among %d', (size) =>
    withPool({}, async (pool) => {
      const objects = range(size).map((id) => ({ id }));
      const output = new Collected(pool, { stream: 'unreadableAt7' });
      output.feed.grant(size);
      output.feed.feed(objects);
      expect(await output.ended).toMatchObject({ failed: { code: 'ERR_CLONE', path: 'output.deep' } });
      expect(output.values).toEqual(objects.slice(0, 7));
      const input = new Collected(pool, { stream: 'double' });
      input.feed.feed(objects.map((object) => (object.id === 7 ? unreadable(7) : object)));
      expect(await input.ended).toMatchObject({ failed: { code: 'ERR_CLONE', path: 'item.deep' } });
      expect(pool.lanes[0]!.restarts).toBe(0);
    }),
  );

  test('fails with its lane, and with a job that cannot be loaded', () =>
    withPool({}, async (pool) => {
      const dying = new Collected(pool, { stream: 'exit' });
      dying.feed.grant(1);
      dying.feed.feed([1]);
      expect(await dying.ended).toMatchObject({ failed: { code: 'ERR_WORKER_DEATH', exitCode: 4 } });
      expect(await new Collected(pool, { load: 'reject' }).ended).toMatchObject({ failed: { code: 'E_BROKEN' } });
    }));

  test('gives each item with the tag that was fed beside it', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'tags' });
      stream.feed.grant(2);
      stream.feed.feed(['a', 'b', 'c'], [1n, Number.NaN, 'three']);
      stream.feed.feed(['d'], [true]);
      stream.feed.grant(2);
      stream.feed.end();
      await stream.ended;
      expect(stream.values).toEqual([
        ['a', 1n],
        ['b', Number.NaN],
        ['c', 'three'],
        ['d', true],
      ]);
    }));

  test('that is traced tells how many outputs each item has; one is consumed when all of its outputs have gone', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'some', traced: true });
      stream.feed.grant(4);
      stream.feed.feed([2, 0, 5, 0, 1]);
      await settled(pool);
      expect([stream.counts, stream.consumed]).toEqual([[[4, 2, 0]], 2]);
      stream.feed.grant(1);
      await settled(pool);
      expect([stream.counts.at(-1), stream.consumed]).toEqual([[1], 2]);
      stream.feed.grant(10);
      stream.feed.end();
      await stream.ended;
      expect([stream.counts.at(-1), stream.consumed]).toEqual([[3, 5 - 3, 0, 1], 5]);
    }));

  test('lets go of what it keeps back one by one, while it has credit', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'keeping' });
      stream.feed.grant(2);
      stream.feed.feed([1, 2, 3]);
      stream.feed.end();
      await settled(pool);
      expect([stream.values, stream.consumed, stream.notes]).toEqual([[1, 2], 3, [2]]);
      stream.feed.grant(2);
      expect(await stream.ended).toBe('completed');
      expect([stream.values, stream.notes]).toEqual([
        [1, 2, 3],
        [2, 1],
      ]);
    }));

  test('may let go of it when nothing comes', () =>
    withPool({}, async (pool) => {
      const stream = new Collected(pool, { stream: 'keeping' });
      stream.feed.grant(10);
      stream.feed.feed([1, 'late']);
      while (stream.values.length < 2) await new Promise((resolve) => setImmediate(resolve));
      expect(stream.values).toEqual([1, 'late']);
    }));

  test('tells whether it failed while it was fed', () =>
    withPool({}, async (pool) => {
      const fed = new Collected(pool, { stream: 'throwAt3' });
      fed.feed.grant(100);
      fed.feed.feed(range(5));
      expect([await fed.ended, fed.consumed]).toMatchObject([{ feeding: true }, 3]);
      const dying = new Collected(pool, { stream: 'exit' });
      dying.feed.grant(1);
      dying.feed.feed([1]);
      expect(await dying.ended).toMatchObject({ feeding: false });
    }));

  test('streams are spread over the lanes', () =>
    withPool({ size: 3 }, async (pool) => {
      const lanes = range(6).map(() => new Collected(pool, { stream: 'double' }).feed.lane);
      expect(lanes.sort()).toEqual([0, 0, 1, 1, 2, 2]);
    }));
});
