import type { Barrier, Condition, Lock, RLock, Semaphore, SharedArray, SharedQueue, SharedValue } from '@millrace/workers';
import { workerLocal } from '@millrace/workers';

/** Adds one, in two steps that a lock must keep together. */
export function addOnes(lock: Lock | RLock, sum: SharedArray<'int32'>, times: number): void {
  for (let i = 0; i < times; i++) {
    lock.runSync(() => {
      const before = sum.get(0);
      sum.set(0, before + 1);
    });
  }
}

export async function addOnesAwaiting(lock: Lock, sum: SharedArray<'int32'>, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await lock.run(async () => {
      const before = sum.get(0);
      await undefined;
      sum.set(0, before + 1);
    });
  }
}

/** Depth of an RLock that was acquired `times` times and is given up step by step. */
export function nest(lock: RLock, times: number): readonly boolean[] {
  const got = Array.from({ length: times }, () => lock.acquireSync({ timeoutMs: 0 }));
  for (let i = 0; i < times; i++) lock.release();
  return got;
}

/** Tells that it holds the lock, waits in the condition until notified, and gives its number in the order of those that were. */
export function waitInLine(condition: Condition, woken: SharedValue<'int32'>): number {
  return condition.runSync(() => {
    condition.waitSync();
    return woken.add(1);
  });
}

export function waitForValue(condition: Condition, value: SharedValue<'int32'>, wanted: number, timeoutMs?: number): boolean {
  return condition.runSync(() =>
    condition.waitForSync(() => value.value === wanted, timeoutMs === undefined ? {} : { timeoutMs }),
  );
}

export function bump(condition: Condition, value: SharedValue<'int32'>): void {
  condition.runSync(() => {
    value.value += 1;
    condition.notifyAll();
  });
}

/** Rounds of a barrier; in each, the sum of all indexes that came, by those who got index 0. */
export function rounds(barrier: Barrier, sums: SharedArray<'int32'>, times: number): void {
  for (let round = 0; round < times; round++) Atomics.add(sums.array, round, 1 + barrier.waitSync());
}

/** Takes turns with the others: each waits for its turn in the condition. */
export function turns(condition: Condition, turn: SharedValue<'int32'>, mine: number, parties: number, times: number): void {
  for (let i = 0; i < times; i++) {
    condition.runSync(() => {
      condition.waitForSync(() => turn.value % parties === mine);
      turn.value += 1;
      condition.notifyAll();
    });
  }
}

export function produce(queue: SharedQueue, from: number, count: number): void {
  for (let i = 0; i < count; i++) queue.putSync({ from, i });
}

export function consume(queue: SharedQueue): unknown[] {
  return [...queue];
}

export async function consumeAwaiting(queue: SharedQueue): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

export function holdPermit(semaphore: Semaphore, inside: SharedArray<'int32'>, times: number): number {
  let most = 0;
  for (let i = 0; i < times; i++) {
    semaphore.runSync(() => {
      most = Math.max(most, Atomics.add(inside.array, 0, 1) + 1);
      Atomics.sub(inside.array, 0, 1);
    });
  }
  return most;
}

/** Takes a permit for a scope that never ends. */
export function keepPermit(semaphore: Semaphore): void {
  semaphore.holdSync();
}

/** Puts and gets for ever: its death finds it at any instant of either. */
export function churn(queue: SharedQueue, begun: SharedValue<'int32'>): void {
  for (;;) {
    queue.putSync({ some: 'thing' });
    queue.getSync();
    begun.add(1);
  }
}

/** Ends the thread at once, with a lock held and a failure. */
export function endHolding(lock: Lock): void {
  lock.acquireSync();
  process.exit(3);
}

/** Whether two things are one. */
export function areSame(one: unknown, other: unknown): boolean {
  return one === other;
}

const counter = workerLocal(() => ({ calls: 0 }));

export function countLocally(): number {
  return ++counter.get().calls;
}

export function replaceLocal(calls: number): void {
  counter.set({ calls });
}
