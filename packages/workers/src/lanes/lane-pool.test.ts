import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CloneError, ClosedError, lanePool, MillraceError, type StreamFeed, type WorkerLine } from '@millrace/workers';
import { until } from './life.fixture.js';
import { type Outcome, range, start, withPool } from './outcomes.fixture.js';
import { flickering, unreadable } from './unreadable.fixture.js';

describe('a pool', () => {
  test('gives every item exactly one outcome, in the order of its batch', () =>
    withPool({ size: 2 }, async (pool) => {
      const outcomes = await start(pool, { task: 'double' }, range(5_000)).done;
      expect(outcomes.map(({ values }) => values)).toEqual(range(5_000).map((i) => [i * 2]));
      expect(pool.lanes.reduce((sum, { items }) => sum + items, 0)).toBe(5_000);
    }));

  test('carries objects unchanged, those that msgpack cannot carry included', () =>
    withPool({}, async (pool) => {
      const items = [...range(100).map((id) => ({ id, name: `n${id}` })), { at: new Date(5), minus: -0 }, undefined, null, 'x'];
      const outcomes = await start(pool, { task: 'same' }, items).done;
      expect(outcomes.map(({ values }) => values[0])).toEqual(items);
    }));

  test('awaits promises one at a time', () =>
    withPool({}, async (pool) => {
      const outcomes = await start(pool, { task: 'doubleLater' }, range(50)).done;
      expect(outcomes.map(({ values }) => values[0])).toEqual(range(50).map((i) => i * 2));
    }));

  test.each(['throwOdd', 'rejectOdd'])('%s: an error fails its item alone and keeps name, code, cause and fields', (task) =>
    withPool({}, async (pool) => {
      const outcomes = await start(pool, { task }, range(100)).done;
      outcomes.forEach(({ values, error }, i) => {
        if (i % 2 === 0) expect({ values, error }).toEqual({ values: [i], error: undefined });
        else
          expect({ values, error }).toMatchObject({
            values: [],
            error: { name: 'Broken', code: 'E_BROKEN', message: `row ${i}`, row: i },
          });
      });
      expect((outcomes[1]!.error as Error).cause).toBeInstanceOf(TypeError);
      expect((outcomes[1]!.error as Error).stack).toMatch(/tasks\.fixture/);
    }),
  );

  test('gives its lanes the command line of the program', async () => {
    process.argv.push('--of-this-test');
    try {
      const [outcome] = await withPool({}, (pool) => start(pool, { task: 'commandLine' }, [0]).done);
      expect(outcome!.values).toEqual([process.argv.slice(2)]);
    } finally {
      process.argv.pop();
    }
  });

  test('revives the classes it was told of', async () => {
    class Broken extends Error {}
    await withPool({ errors: [Broken] }, async (pool) => {
      const [, odd] = await start(pool, { task: 'throwOdd' }, range(2)).done;
      expect(odd!.error).toBeInstanceOf(Broken);
    });
  });

  test('passes on what is thrown and is no error', () =>
    withPool({}, async (pool) => {
      const thrown = ['x', null, undefined, 5, { a: [1] }];
      const outcomes = await start(pool, { task: 'throwValue' }, thrown).done;
      expect(outcomes.map(({ error }) => error)).toEqual(thrown);
    }));

  test('an input that cannot be cloned fails alone, with the path of the member', () =>
    withPool({}, async (pool) => {
      const items = range(20).map((id) => (id === 11 ? { id, customer: { onChange: () => {} } } : { id }));
      const outcomes = await start(pool, { task: 'same' }, items).done;
      expect(outcomes[11]!.error).toBeInstanceOf(CloneError);
      expect(outcomes[11]!.error).toMatchObject({ path: 'item.customer.onChange', code: 'ERR_CLONE' });
      expect(outcomes.filter(({ values }) => values.length === 1)).toHaveLength(19);
    }));

  test('an output that cannot be cloned fails its item alone', () =>
    withPool({}, async (pool) => {
      const outcomes = await start(pool, { task: 'functionForOdd' }, range(20)).done;
      outcomes.forEach(({ values, error }, i) => {
        if (i % 2 === 0) expect(values).toEqual([i]);
        else expect(error).toMatchObject({ path: 'output.deep.onChange' });
      });
    }));

  describe.each([10, 100])('a getter that throws, among %d', (size) => {
    const objects = range(size).map((id) => ({ id }));

    function expectFaultAt7(outcomes: readonly Outcome[], error: object): void {
      expect(outcomes[7]!.error).toMatchObject(error);
      expect(outcomes.map(({ values }) => values)).toEqual(objects.map((object) => (object.id === 7 ? [] : [object])));
    }

    test('fails its input alone', () =>
      withPool({}, async (pool) => {
        const items = objects.map((object) => (object.id === 7 ? unreadable(7) : object));
        const outcomes = await start(pool, { task: 'same' }, items, { batchOf: size }).done;
        expectFaultAt7(outcomes, { code: 'ERR_CLONE', path: 'item.deep', cause: { message: 'no member 7' } });
      }));

    test('fails its output alone', () =>
      withPool({}, async (pool) => {
        const outcomes = await start(pool, { task: 'unreadableAt7' }, objects, { batchOf: size }).done;
        expectFaultAt7(outcomes, { code: 'ERR_CLONE', path: 'output.deep', cause: { message: 'no member 7' } });
        expect(pool.lanes[0]!.restarts).toBe(0);
      }));

    test('though it hides a promise, or a result', () =>
      withPool({}, async (pool) => {
        const hidden = await start(pool, { task: 'unreadableThenAt7' }, objects, { batchOf: size }).done;
        expectFaultAt7(hidden, { code: 'ERR_CLONE', path: 'output', cause: { message: 'no then' } });
        const result = await start(pool, { task: 'unreadableResultAt7' }, objects, { batchOf: size }).done;
        expectFaultAt7(result, { name: 'RangeError', message: 'no result' });
        expect(pool.lanes[0]!.restarts).toBe(0);
      }));

    test.each([0, 1])('now and then harms no other (%d)', (offset) =>
      withPool({}, async (pool) => {
        const items = objects.map(({ id }) => ({ id, offset }));
        const outputs = await start(pool, { task: 'flickeringAt7' }, items, { batchOf: size }).done;
        const inputs = await start(
          pool,
          { task: 'same' },
          objects.map((object) => (object.id === 7 ? flickering(7, offset) : object)),
          { batchOf: size },
        ).done;
        for (const outcomes of [outputs, inputs]) {
          expect(outcomes.filter(({ values }, i) => i !== 7 && values.length === 1)).toHaveLength(size - 1);
          const { values, error } = outcomes[7]!;
          expect(error === undefined ? values : error).toMatchObject(error === undefined ? [{ id: 7 }] : { code: 'ERR_CLONE' });
        }
        expect(pool.lanes[0]!.restarts).toBe(0);
      }),
    );
  });

  test('batches double at most and stay small while tasks are slow', () =>
    withPool({}, async (pool) => {
      const sizes: number[] = [];
      const onReply = (_: unknown, numbers: readonly number[]): void => void sizes.push(numbers.length);
      await start(pool, { task: 'slow' }, range(60), { onReply, maxBatch: 1024 }).done;
      // Each takes a little more than 2 ms, and a batch is to hold 20 ms of them.
      expect(Math.max(...sizes)).toBeLessThanOrEqual(9);
      sizes.length = 0;
      await start(pool, { task: 'double' }, range(5_000), { onReply, maxBatch: 100 }).done;
      let largest = 1;
      for (const size of sizes) {
        expect(size).toBeLessThanOrEqual(Math.min(100, largest * 2));
        largest = Math.max(largest, size);
      }
    }));

  test('W11 an item does not wait behind one of which nothing is known, while another lane starts or is free', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-meet-'));
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    const items = [
      { own: one, other: two },
      { own: two, other: one },
    ];
    try {
      const outcomes = await withPool({ size: 2 }, (pool) => start(pool, { task: 'meet' }, items).done);
      expect(outcomes.map(({ values }) => values)).toEqual([[one], [two]]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 20_000);

  test.each([
    ['one that any lane could run does not', { isBound: false, taken: 1 }],
    ['one that is for this lane does', { isBound: true, taken: 2 }],
  ])('W11 behind an item of which nothing is known, %s wait', (_, { isBound, taken }) =>
    withPool({ graceMs: 50 }, async (pool) => {
      const job = start(pool, { task: 'never' }, range(2), { maxBatch: 1, isBound });
      await until(() => job.batches.length > 0);
      // The pool asks for a batch as soon as there is room: what it has not asked for by then it does not ask for.
      await new Promise((resolve) => setImmediate(resolve));
      expect(job.batches).toHaveLength(taken);
    }),
  );

  test('W8 W11 items that are for this lane do not keep those of a later job from it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-meet-'));
    const path = (name: string): string => join(folder, name);
    const order: string[] = [];
    const items = [0, 1, 2].map((n) => ({ own: path(`began ${n}`), other: path(`gate ${n}`) }));
    try {
      await withPool({}, async (pool) => {
        const onTake = (numbers: readonly number[]): void => void order.push(`bound ${numbers}`);
        const bound = start(pool, { task: 'meet' }, items, { maxBatch: 1, isBound: true, onTake });
        await until(() => existsSync(path('began 0')));
        const later = start(pool, { task: 'lane' }, range(1), { countsWaiting: true, onTake: () => order.push('later') });
        // So that they are known to be long.
        await new Promise((resolve) => setTimeout(resolve, 100));
        writeFileSync(path('gate 0'), '');
        await until(() => existsSync(path('began 1')));
        writeFileSync(path('gate 1'), '');
        await until(() => later.batches.length > 0 || bound.batches.length > 2);
        writeFileSync(path('gate 2'), '');
        await Promise.all([bound.done, later.done]);
      });
      expect(order).toEqual(['bound 0', 'bound 1', 'later', 'bound 2']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 20_000);

  test('jobs share the lanes, each within its limits', () =>
    withPool({ size: 3 }, async (pool) => {
      const narrow = start(pool, { task: 'slow' }, range(30), { maxLanes: 1, maxBatch: 1 });
      const wide = start(pool, { task: 'lane' }, range(300), { maxBatch: 4 });
      await Promise.all([narrow.done, wide.done]);
      expect(narrow.replies).toHaveLength(30);
      expect(Math.max(...wide.replies.map(({ values }) => values.length))).toBeLessThanOrEqual(4);
    }));

  test('the job that was added last is served first', () =>
    withPool({}, async (pool) => {
      const order: string[] = [];
      const first = start(pool, { task: 'slow' }, range(10), { maxBatch: 1, onReply: () => order.push('first') });
      const second = start(pool, { task: 'slow' }, range(10), { maxBatch: 1, onReply: () => order.push('second') });
      await Promise.all([first.done, second.done]);
      expect(order.slice(0, 9)).toEqual(new Array(9).fill('second'));
      expect(order.filter((name) => name === 'first')).toHaveLength(10);
    }));

  test('a closed job is not called any more and leaves the lanes to others, though its task never ends', () =>
    withPool({}, async (pool) => {
      const hanging = start(pool, { task: 'never' }, range(3));
      await start(pool, { stream: 'double' }, []).handle!.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
      hanging.handle!.close();
      const outcomes = await start(pool, { task: 'double' }, range(3)).done;
      expect(outcomes.map(({ values }) => values[0])).toEqual([0, 2, 4]);
      expect(hanging.replies).toEqual([]);
    }));

  test('a closed job or stream aborts what runs of it, and nothing else', () => {
    let begun!: () => void;
    const waits = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const onOutput = ({ text }: WorkerLine): unknown => text === 'task waits' && begun();
    return withPool({ onOutput }, async (pool) => {
      const stream = (name: string, consumed: () => void): StreamFeed => {
        const calls = { values: () => {}, consumed, completed: () => {}, failed: () => {} };
        const feed = pool.addStream({ spec: { stream: 'untilAborted' }, ...calls });
        feed.grant(1);
        feed.feed([name]);
        return feed;
      };
      stream('another stream', () => {});
      await new Promise<void>((resolve) => {
        const closed = stream('stream', () => {
          closed.close();
          resolve();
        });
      });
      const waiting = start(pool, { task: 'waitForAbort' }, ['task']);
      await waits;
      waiting.handle!.close();
      const [outcome] = await start(pool, { task: 'aborted' }, [0]).done;
      expect(outcome!.values).toEqual([['stream: ClosedError: the job was closed', 'task: ClosedError: the job was closed']]);
    });
  });

  test('a signal may have many listeners', () =>
    withPool({}, async (pool) => {
      const [outcome] = await start(pool, { task: 'listenOften' }, [50]).done;
      expect(outcome!.values).toEqual([false]);
    }));

  test('a job that cannot be loaded is broken once, with the error of its loading, and the lanes live on', () =>
    withPool({ size: 2 }, async (pool) => {
      const refused = start(pool, { load: 'reject' }, range(10));
      await expect(refused.done).rejects.toMatchObject({ name: 'Broken', code: 'E_BROKEN' });
      await start(pool, { task: 'double' }, range(10)).done;
      expect(pool.lanes.map(({ restarts }) => restarts)).toEqual([0, 0]);
    }));

  test('a spec that cannot be cloned breaks its job', () =>
    withPool({}, async (pool) => {
      const job = start(pool, { task: (() => {}) as unknown as string }, range(1));
      await expect(job.done).rejects.toMatchObject({ path: 'spec.task' });
    }));

  test('is refused without lanes, with unknown ones, and after its end', async () => {
    expect(() => lanePool({ size: 0, resolver: { module: '', export: '' } })).toThrow(RangeError);
    const isolation = 'proces' as 'process';
    expect(() => lanePool({ size: 1, isolation, resolver: { module: '', export: '' } })).toThrow(/threads or processes/);
    const pool = lanePool({ size: 1, resolver: { module: '', export: '' } });
    await pool.close();
    expect(() => start(pool, { task: 'double' }, [])).toThrow(ClosedError);
    expect(ClosedError.prototype).toBeInstanceOf(MillraceError);
  });
});

test('items that a slow neighbour keeps waiting go back, and run in other lanes', () =>
  withPool({ size: 2 }, async (pool) => {
    const job = start(pool, { task: 'spinFor' }, [...range(40).map(() => 0), ...range(12).map(() => 25)], { batchOf: 52 });
    const outcomes = await job.done;
    expect(outcomes.every(({ values, error }) => values.length === 1 && error === undefined)).toBe(true);
    // One batch held all of them; what it had finished did not wait for the rest.
    expect(job.batches.length).toBeGreaterThan(1);
    expect(job.replies[0]!.returned).toBeGreaterThan(0);
    expect(job.deaths).toEqual([]);
  }));
