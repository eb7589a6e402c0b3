import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { CloneError, ClosedError, Lock, SharedQueue, TimeoutError } from '@millrace/workers';
import fc from 'fast-check';
import { batches, describeValue } from '../codec/values.fixture.js';
import { cloneToThread } from '../wire/sharing.js';
import { life } from './life.js';
import { CONTENDED, MUTEX_WORDS, Mutex } from './mutex.js';
import { castOf, threePuppets } from './primitives.fixture.js';
import { until } from './puppets.fixture.js';

const puppets = threePuppets();
afterAll(() => Promise.all(puppets.map((puppet) => puppet.kill())));

describe.each(castOf(puppets))('SharedQueue, $name', ({ actors: [a, b, c] }) => {
  test('gives what was put, in that order, and counts what is in it', async () => {
    const queue = new SharedQueue<unknown>({ capacity: 3 });
    for (const item of [undefined, { a: [1] }, 'x']) await a.act(queue, 'put', item);
    expect([queue.size, queue.capacity]).toEqual([3, 3]);
    expect([await b.act(queue, 'get'), await c.act(queue, 'get'), await b.act(queue, 'get')]).toEqual([
      undefined,
      { a: [1] },
      'x',
    ]);
    expect(queue.size).toBe(0);
  });

  test('lets a get wait for a put, and a put wait for a get', async () => {
    const queue = new SharedQueue<number>({ capacity: 1 });
    const got = a.act(queue, 'get');
    await b.act(queue, 'put', 1);
    expect(await got).toBe(1);
    await b.act(queue, 'put', 2);
    const put = b.act(queue, 'put', 3);
    expect(await a.act(queue, 'get')).toBe(2);
    await put;
    expect(await a.act(queue, 'get')).toBe(3);
  });

  test('a put that has no room in time, and a get that has no item, are TimeoutErrors and change nothing', async () => {
    const queue = new SharedQueue<number>({ capacity: 1 });
    await expect(a.act(queue, 'get', { timeoutMs: 0 })).rejects.toThrow('was empty for as long as the get may take');
    await queue.put(1);
    await expect(a.act(queue, 'put', 2, { timeoutMs: 10 })).rejects.toThrow(TimeoutError);
    expect(queue.size).toBe(1);
    expect(await a.act(queue, 'get', { timeoutMs: 0 })).toBe(1);
  });

  test('closed gives what is in it and then a ClosedError, and takes nothing', async () => {
    const queue = new SharedQueue<number>({ capacity: 2 });
    await a.act(queue, 'put', 1);
    await b.act(queue, 'close');
    await b.act(queue, 'close');
    expect(queue.closed).toBe(true);
    await expect(a.act(queue, 'put', 2)).rejects.toThrow(ClosedError);
    expect(await a.act(queue, 'get')).toBe(1);
    await expect(a.act(queue, 'get')).rejects.toThrow('closed and empty');
  });

  test('lets all go that wait when it is closed', async () => {
    const queue = new SharedQueue<number>({ capacity: 1 });
    const gets = [a, b].map((actor) => expect(actor.act(queue, 'get')).rejects.toThrow(ClosedError));
    queue.close();
    await Promise.all(gets);
    const full = new SharedQueue<number>({ capacity: 1 });
    await full.put(1);
    const put = expect(a.act(full, 'put', 2)).rejects.toThrow(ClosedError);
    full.close();
    await put;
  });
});

describe('SharedQueue', () => {
  test('with several producers and consumers loses nothing, gives nothing twice, and keeps the order of each producer', async () => {
    const queue = new SharedQueue<{ from: number; i: number }>({ capacity: 7 });
    const [a, b, c] = puppets;
    const consumed = [c.perform<{ from: number; i: number }[]>('consume', queue), onMain(queue)];
    await Promise.all([a.perform('produce', queue, 0, 500), b.perform('produce', queue, 1, 500)]);
    queue.close();
    const lists = await Promise.all(consumed);
    for (const list of lists) {
      for (const from of [0, 1]) {
        const mine = list.filter((item) => item.from === from).map(({ i }) => i);
        expect(mine).toEqual([...mine].sort((x, y) => x - y));
      }
    }
    const all = lists.flat().map(({ from, i }) => from * 500 + i);
    expect(all.sort((x, y) => x - y)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  test('that its thread has left has it as a party again after another put, through whichever object', async () => {
    const queue = new SharedQueue<number>({ capacity: 4 });
    const same = cloneToThread(queue);
    await queue.put(1);
    expect(queue.parties).toBe(1);
    same.leave();
    expect(queue.parties).toBe(0);
    await queue.put(2);
    expect(queue.parties).toBe(1);
  });

  test('is read to its end in a worker that awaits', async () => {
    const queue = new SharedQueue<number>({ capacity: 4 });
    const read = puppets[0].perform('consumeAwaiting', queue);
    for (let i = 0; i < 20; i++) await queue.put(i);
    queue.close();
    expect(await read).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test('gives no item to a reader that was told to return while it waited', async () => {
    const queue = new SharedQueue<number>({ capacity: 1 });
    const reader = queue[Symbol.asyncIterator]();
    const next = reader.next();
    await reader.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    await queue.put(1);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(await queue.get()).toBe(1);
  });

  test('has room for as many bytes as it was given, however they lie, and names what is larger than all of it', async () => {
    const queue = new SharedQueue<string>({ capacity: 100, bytes: 64 });
    await queue.put('x'.repeat(20));
    const put = queue.put('y'.repeat(40));
    await expect(queue.put('z'.repeat(40), { timeoutMs: 5 })).rejects.toThrow(TimeoutError);
    expect(await queue.get()).toBe('x'.repeat(20));
    await put;
    expect(await queue.get()).toBe('y'.repeat(40));
    await expect(queue.put('z'.repeat(64))).rejects.toThrow('the whole SharedQueue has 64: make it with more bytes');
  });

  test('refuses what cannot be copied into shared memory, by the path of the member', async () => {
    const queue = new SharedQueue<unknown>({ capacity: 1 });
    const fault = (item: unknown): Promise<CloneError> =>
      queue.put(item).then(
        () => Promise.reject(new Error('it was put')),
        (error: CloneError) => error,
      );
    expect(await fault({ on: { change: () => 1 } })).toMatchObject({ name: 'CloneError', path: 'item.on.change' });
    const ofLock = await fault([{ lock: new Lock() }]);
    expect(ofLock).toBeInstanceOf(CloneError);
    expect(ofLock.path).toBe('item[0].lock');
    expect(ofLock.message).toContain('not through a queue');
    expect(queue.size).toBe(0);
  });

  test('an abort ends a wait with its reason and takes no item', async () => {
    const queue = new SharedQueue<number>({ capacity: 1 });
    const aborter = new AbortController();
    const aborted = queue.get({ signal: aborter.signal });
    const other = queue.get();
    aborter.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await queue.put(1);
    expect(await other).toBe(1);
  });

  test('wakes another one for an item whose getter was woken for it and gave up before its turn', async () => {
    // Nobody looks without being notified.
    const waitAsync = Atomics.waitAsync as (
      cells: Int32Array,
      index: number,
      seen: number,
    ) => ReturnType<typeof Atomics.waitAsync>;
    const spy = jest
      .spyOn(Atomics, 'waitAsync')
      .mockImplementation(((cells: Int32Array, index: number, seen: number) =>
        waitAsync(cells, index, seen)) as typeof Atomics.waitAsync);
    try {
      const queue = new SharedQueue<number>({ capacity: 1 });
      const cells = new Int32Array(queue.toPart().memory, 0, MUTEX_WORDS);
      const turn = new Mutex(cells, 0, life(), { of: 'SharedQueue', remedy: 'none' });
      const aborter = new AbortController();
      const aborted = queue.get({ signal: aborter.signal });
      const other = queue.get();
      await queue.put(1);
      // Another one moves an item just then.
      expect(turn.take()).toBe(true);
      await until(() => (cells[0]! & CONTENDED) !== 0);
      aborter.abort(new Error('enough'));
      await expect(aborted).rejects.toThrow('enough');
      turn.release();
      expect(await other).toBe(1);
    } finally {
      spy.mockRestore();
    }
  });

  test.each([
    [{ capacity: 0 }, 'capacity must be an integer, 1 or more, got 0'],
    [{ capacity: 1e7 }, 'capacity must be at most 8388607 unless bytes says how much memory it has, got 10000000'],
    [{ capacity: 1, bytes: 3 }, 'bytes must be an integer from 16'],
    [{ capacity: 1, onDeath: 'ignore' }, `onDeath must be 'error' or 'continue', got "ignore"`],
    [undefined, 'new SharedQueue(options): options must be an object, as { capacity: 100 }, got undefined'],
    [100, 'new SharedQueue(options): options must be an object, as { capacity: 100 }, got 100'],
    [{ capacity: 1, byte: 16 }, 'new SharedQueue(options): unknown option "byte"; allowed here: capacity, bytes, onDeath'],
    [{ capacity: '3' }, 'new SharedQueue({ capacity }): capacity must be an integer, 1 or more, got "3"'],
    [{ capacity: 3n }, 'new SharedQueue({ capacity }): capacity must be an integer, 1 or more, got 3n'],
    [
      { capacity: 1, bytes: Symbol('b') },
      'new SharedQueue({ bytes }): bytes must be an integer from 16 to 2^31 - 1, got Symbol(b)',
    ],
  ])('refuses %p', (options, message) => {
    expect(() => new SharedQueue(options as never)).toThrow(message);
  });

  test('gives what a structured clone gives, for any value', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (items) => {
        const queue = new SharedQueue<unknown>({ capacity: 1000, bytes: 2 ** 20 });
        for (const item of items) await queue.put(item);
        for (const item of items) expect(describeValue(await queue.get())).toEqual(describeValue(structuredClone(item)));
      }),
      { numRuns: 40 },
    );
  });

  test('does what a bounded list does, for any order of puts and gets', async () => {
    const step = fc.oneof(
      fc.string({ maxLength: 12 }).map((put) => ({ put })),
      fc.constant({ get: true } as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 40 }), async (capacity, steps) => {
        const queue = new SharedQueue<string>({ capacity, bytes: 40 * capacity });
        const model: string[] = [];
        for (const step of steps) {
          const move = 'put' in step ? queue.put(step.put, { timeoutMs: 0 }) : queue.get({ timeoutMs: 0 });
          const possible = 'put' in step ? model.length < capacity : model.length > 0;
          if (!possible) await expect(move).rejects.toThrow(TimeoutError);
          else if ('put' in step) {
            await move;
            model.push(step.put);
          } else expect(await move).toBe(model.shift());
          expect(queue.size).toBe(model.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});

async function onMain(queue: SharedQueue<{ from: number; i: number }>): Promise<{ from: number; i: number }[]> {
  const items: { from: number; i: number }[] = [];
  for await (const item of queue) items.push(item);
  return items;
}
