import { describe, expect, test } from '@jest/globals';
import { range, start, withPool } from './outcomes.fixture.js';

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
      expect(endless.replies.every(({ more, values }) => more && values.length <= 1_024)).toBe(true);
    }));
});
