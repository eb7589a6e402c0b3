import { afterAll, describe, expect, test } from '@jest/globals';
import {
  Barrier,
  BoundedSemaphore,
  CloneError,
  Condition,
  cloneFault,
  cloneToThread,
  Event,
  HolderDiedError,
  Lock,
  loopPool,
  processPool,
  RLock,
  Semaphore,
  SharedArray,
  SharedQueue,
  SharedValue,
  TimeoutError,
  threadPool,
} from '@millrace/workers';
import { type AllKinds, acquire, compare, fail, get, holdFor, increment, make, useAll } from './crossing.fixture.js';
import { Life, me } from './life.js';

const pool = threadPool({ workers: 2 });
afterAll(() => pool.cancel());

const allKinds = (): AllKinds => ({
  lock: new Lock(),
  rlock: new RLock(),
  condition: new Condition(),
  semaphore: new Semaphore(0),
  bounded: new BoundedSemaphore(2),
  event: new Event(),
  barrier: new Barrier(2),
  value: new SharedValue('int32', 1),
  array: new SharedArray('float64', 2),
  queue: new SharedQueue<string>({ capacity: 1 }),
});

describe('a primitive', () => {
  test('of each kind is the same thing in a lane of threads', async () => {
    const all = allKinds();
    expect(await pool.submit(useAll, all)).toEqual([
      ...['Lock', 'RLock', 'Condition', 'Semaphore', 'BoundedSemaphore', 'Event', 'Barrier'].map((kind) => `[object ${kind}]`),
      ...['SharedValue', 'SharedArray', 'SharedQueue'].map((kind) => `[object ${kind}]`),
    ]);
    expect([all.lock.locked, all.rlock.locked, all.event.isSet, all.barrier.broken]).toEqual([true, false, true, true]);
    expect([all.semaphore.value, all.bounded.value, all.value.value, [...all.array.array]]).toEqual([1, 1, 6, [0, 2.5]]);
    expect(await all.queue.get()).toBe('there');
  });

  test('crosses in batches of any size, among items that hold none', async () => {
    const item = { lock: new Lock(), sum: new SharedArray('int32', 1) };
    let results = 0;
    for await (const _ of pool.map(
      increment,
      Array.from({ length: 300 }, () => item),
    ))
      results++;
    expect([results, item.sum.get(0)]).toEqual([300, 300]);
  });

  test('that is met twice arrives as one, in maps and cycles too, and a condition with the lock that it was made with', async () => {
    const one = new Lock();
    const twins: Record<string, unknown> = { one, more: new Map([['it', one]]), condition: new Condition(one) };
    twins.self = twins;
    expect(await pool.submit(compare, twins as never)).toEqual([true, true, true]);
  });

  test('that a task has made comes back with its result', async () => {
    const { barrier, lock } = await pool.submit(make, 3);
    expect(barrier).toBeInstanceOf(Barrier);
    expect(barrier.parties).toBe(3);
    expect(await lock.run(() => 'ran')).toBe('ran');
    // With the notes of deaths of this thread: each lane with some of its own would leave them behind for ever.
    expect([lock, barrier].map((made) => new Life(made.toPart().life).maker)).toEqual([me, me]);
  });

  test('in an error is told in words: errors carry what happened, not what it happened to', async () => {
    await expect(pool.submit(fail, new Lock())).rejects.toMatchObject({ message: 'with a lock', lock: '[Lock, not cloneable]' });
  });

  test('cannot be handed to a process, which the error says, by the path of the member', async () => {
    const processes = processPool({ workers: 1 });
    const error = await processes
      .submit(increment, { lock: new Lock(), sum: new SharedArray('int32', 1) })
      .catch((fault) => fault);
    expect(error).toBeInstanceOf(CloneError);
    expect(error.path).toBe('item.lock');
    expect(error.message).toContain('item.lock is an instance of Lock, which is memory that threads share and cannot be copied');
    expect(error.message).toContain("use threads (threadPool, isolation 'thread')");
    await processes.cancel();
  });

  test('is no fault of a value that is to go to a thread, and functions beside it still are', () => {
    const lock = new Lock();
    expect(cloneFault({ lock })).toBeUndefined();
    expect(cloneFault({ lock, on: { change: () => 1 } })?.path).toBe('item.on.change');
    const { lock: copy } = cloneToThread({ lock });
    expect(copy).not.toBe(lock);
    expect(copy).toBeInstanceOf(Lock);
  });

  test('is itself on the event loop', async () => {
    const item = { lock: new Lock(), sum: new SharedArray('int32', 1) };
    await loopPool({ workers: 1 }).use(async (loop) => {
      await expect(loop.submit(increment, item)).rejects.toThrow('Lock.runSync blocks, and the main thread must not');
    });
    expect(item.lock.locked).toBe(false);
  });
});

/** A lane that holds a lock until its time is over. One that stood still so long that it was over before is followed by another. */
async function holding(): Promise<{ readonly lock: Lock; readonly dies: Promise<unknown> }> {
  for (;;) {
    const [lock, held] = [new Lock(), new Event()];
    const dies = pool.submit(holdFor, { lock, held }, { timeoutMs: 300 }).catch((error) => error);
    await Promise.race([held.wait(), dies]);
    if (held.isSet) return { lock, dies };
    held.set();
  }
}

describe('a lane', () => {
  test('that is ended for its timeout is told to those that wait for its lock, here and in other lanes', async () => {
    const { lock, dies } = await holding();
    const begun = new Event();
    const inLane = pool.submit(acquire, { lock, begun }).catch((error) => error);
    const here = lock.acquire().catch((error) => error);
    expect(await dies).toBeInstanceOf(TimeoutError);
    for (const error of await Promise.all([inLane, here])) {
      expect(error).toBeInstanceOf(HolderDiedError);
      expect(error).toMatchObject({ primitive: 'Lock' });
    }
    expect(lock.recover()).toBe(true);
  });

  test('that its pool has closed in order is no death in a queue that it took part in', async () => {
    const queue = new SharedQueue<string>({ capacity: 1 });
    await threadPool({ workers: 1 }).use(async (brief) => {
      await queue.put('it');
      expect(await brief.submit(get, queue)).toBe('it');
      expect(queue.parties).toBe(2);
    });
    await expect(queue.get({ timeoutMs: 0 })).rejects.toThrow(TimeoutError);
  });
});
