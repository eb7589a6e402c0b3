import { type Part, reviveBy } from '../wire/shareable.js';
import { OwnedLock } from './lock.js';

/**
 * A lock that its thread may acquire again, and releases as often. Only its thread can release it.
 *
 * Its owner is a thread: two async functions of one thread are one owner, and are not kept apart while they await. A `Lock` does that.
 */
export class RLock extends OwnedLock {
  /** `part` is of the wire. */
  constructor(part?: Part) {
    super('RLock', true, part);
  }
}

reviveBy('RLock', (part) => new RLock(part));
