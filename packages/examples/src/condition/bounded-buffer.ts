import { Condition, Lock, SharedArray } from '@millrace/workers';

/** Numbers on their way from producers to consumers, at most as many as there are slots. What a `SharedQueue` is, by hand. */
export interface BoundedBuffer {
  /** A ring. It and `state` are touched by who holds the lock of the conditions, and need none of their own. */
  readonly slots: SharedArray<'int32'>;
  readonly state: SharedArray<'int32'>;
  /** Two conditions of one lock: who takes wakes one that puts, not another that takes. */
  readonly notFull: Condition;
  readonly notEmpty: Condition;
}

// Words of the state.
const FIRST = 0;
const SIZE = 1;
const CLOSED = 2;
const PEAK = 3;

export function boundedBuffer(capacity: number): BoundedBuffer {
  const lock = new Lock();
  return {
    slots: new SharedArray('int32', capacity, { lock: false }),
    state: new SharedArray('int32', 4, { lock: false }),
    notFull: new Condition(lock),
    notEmpty: new Condition(lock),
  };
}

/** Waits while the buffer is full. */
export function put({ slots, state: { array: state }, notFull, notEmpty }: BoundedBuffer, item: number): void {
  notFull.runSync(() => {
    // The lock is given back while this waits, and is held again when it goes on.
    notFull.waitForSync(() => state[SIZE]! < slots.length);
    slots.array[(state[FIRST]! + state[SIZE]!) % slots.length] = item;
    state[SIZE]! += 1;
    state[PEAK] = Math.max(state[PEAK]!, state[SIZE]!);
    notEmpty.notify();
  });
}

/** Waits while the buffer is empty; undefined when it is closed, too. */
export function take({ slots, state: { array: state }, notFull, notEmpty }: BoundedBuffer): number | undefined {
  return notEmpty.runSync(() => {
    notEmpty.waitForSync(() => state[SIZE]! > 0 || state[CLOSED] === 1);
    if (state[SIZE] === 0) return undefined;
    const item = slots.array[state[FIRST]!];
    state[FIRST] = (state[FIRST]! + 1) % slots.length;
    state[SIZE]! -= 1;
    notFull.notify();
    return item;
  });
}

/** Nothing more is put: all that wait for an item are told. Awaited, as the main thread must. */
export async function close({ state, notEmpty }: BoundedBuffer): Promise<void> {
  await notEmpty.run(() => {
    state.array[CLOSED] = 1;
    notEmpty.notifyAll();
  });
}

/** The most items that were ever in it. */
export function peak({ state }: BoundedBuffer): number {
  return state.get(PEAK);
}
