import {
  Barrier,
  type BoundedSemaphore,
  type Condition,
  type Event,
  Lock,
  type RLock,
  type Semaphore,
  type SharedArray,
  type SharedQueue,
  type SharedValue,
  task,
} from '@millrace/workers';

export interface AllKinds {
  readonly lock: Lock;
  readonly rlock: RLock;
  readonly condition: Condition;
  readonly semaphore: Semaphore;
  readonly bounded: BoundedSemaphore;
  readonly event: Event;
  readonly barrier: Barrier;
  readonly value: SharedValue<'int32'>;
  readonly array: SharedArray<'float64'>;
  readonly queue: SharedQueue<string>;
}

/** Uses each of them where the other side sees it. */
export const useAll = task(import.meta, 'useAll', (all: AllKinds) => {
  all.lock.acquireSync();
  all.rlock.acquireSync();
  all.condition.runSync(() => all.condition.notifyAll());
  all.semaphore.release();
  all.bounded.acquireSync();
  all.event.set();
  all.barrier.abort();
  all.value.add(5);
  all.array.set(1, 2.5);
  all.queue.putSync('there');
  // The release of what this thread holds, for the same objects may be tested again.
  all.rlock.release();
  return Object.values(all).map((primitive) => Object.prototype.toString.call(primitive));
});

export const increment = task(import.meta, 'increment', ({ lock, sum }: { lock: Lock; sum: SharedArray<'int32'> }) =>
  lock.runSync(() => sum.set(0, sum.get(0) + 1)),
);

interface Twins {
  readonly one: Lock;
  readonly more: Map<string, Lock>;
  readonly condition: Condition;
  readonly self?: Twins;
}

/** Which are the same there. */
export const compare = task(import.meta, 'compare', (twins: Twins) => {
  twins.one.acquireSync();
  // Its lock is the very one.
  twins.condition.notify();
  twins.one.release();
  return [twins.more.get('it') === twins.one, twins.self === twins, twins.one instanceof Lock];
});

export const make = task(import.meta, 'make', (parties: number) => ({ barrier: new Barrier(parties), lock: new Lock() }));

/** Does not end while it has the lock. */
export const holdFor = task(import.meta, 'holdFor', ({ lock, held }: { lock: Lock; held: Event }) =>
  lock.runSync(() => {
    held.set();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }),
);

export const acquire = task(import.meta, 'acquire', ({ lock, begun }: { lock: Lock; begun: Event }) => {
  begun.set();
  return lock.acquireSync();
});

export const get = task(import.meta, 'get', (queue: SharedQueue<string>) => queue.getSync());

export const fail = task(import.meta, 'fail', (lock: Lock) => {
  throw Object.assign(new Error('with a lock'), { lock });
});
