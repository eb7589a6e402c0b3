import { type Part, reviveBy } from '../wire/shareable.js';
import { OwnedLock } from './lock.js';

/**
 * A lock that its thread may acquire again, and releases as often. Only its thread can release it.
 *
 * Its owner is a thread: two async functions of one thread are one owner, and are not kept apart while they await. A `Lock` does that.
 *
 * @example
 * ```ts
 * import { RLock } from '@millrace/workers';
 *
 * const lock = new RLock();
 * await lock.run(async () => {
 *   // The same thread takes it again, where a Lock would wait for itself.
 *   await lock.run(() => console.log(lock.locked)); // true
 * });
 * console.log(lock.locked); // false
 * ```
 */
export class RLock extends OwnedLock {
  /** A new one is free. */
  constructor();
  /** @internal Over the memory of one that came from another thread. */
  constructor(part: Part);
  constructor(part?: Part) {
    super('RLock', true, part);
  }
}

reviveBy('RLock', (part) => new RLock(part));
