import { OverflowError, PlanError } from '../errors.js';
import type { RingBuffer } from './ring-buffer.js';

/**
 * What a queue does with an item that it has no room for. `wait`: its sender waits. `fail`: the queue ends with an `OverflowError`.
 * `dropOldest`: the oldest item makes room. `dropNewest`: the item itself is dropped.
 */
export type Overflow = 'wait' | 'fail' | 'dropOldest' | 'dropNewest';

/** The policies, as messages list them. */
const overflows: readonly Overflow[] = ['wait', 'fail', 'dropOldest', 'dropNewest'];

/** @throws PlanError for what is no policy; `owner` says where it was given */
export function checkedOverflow(owner: string, given: unknown): Overflow {
  const overflow = overflows.find((each) => each === given);
  if (overflow !== undefined) return overflow;
  const shown = typeof given === 'string' ? JSON.stringify(given) : typeof given;
  throw new PlanError(
    `${owner}: option "overflow" must be ${overflows.map((each) => JSON.stringify(each)).join(' or ')}, got ${shown}`,
  );
}

/** How the item that found no room fared: `full` leaves it to the sender. */
export type Overflowed = 'full' | 'dropped' | OverflowError;

/** Puts the policy into effect on a full ring. With no room at all the newest item is the oldest, too. */
export function overflowed<T>(overflow: Overflow, ring: RingBuffer<T>, item: T, capacity: number): Overflowed {
  switch (overflow) {
    case 'wait':
      return 'full';
    case 'fail':
      return new OverflowError(capacity);
    case 'dropOldest':
      if (capacity > 0) {
        ring.shift();
        ring.push(item, 0);
      }
      return 'dropped';
    case 'dropNewest':
      return 'dropped';
  }
}
