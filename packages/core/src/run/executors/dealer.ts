import type { Key } from '../../declare/key.js';

/** Items for one batch. */
export interface Deal {
  readonly slots: readonly number[];
  /** Those of the items; none of a stage without keys. */
  readonly keys: ReadonlySet<Key>;
  /** Its one item was suspected of having ended a lane. */
  readonly alone?: boolean | undefined;
}

/** Deals the admitted items of a stage out to its lanes, and those again that a lane has given back or taken with it. */
export interface Dealer {
  /** Items that wait for a lane. Absent where that is not known before they are admitted: each is for one lane. */
  readonly waiting?: () => number;
  /** At most `max` items for one batch of this lane; no slots when nothing waits for it. */
  readonly take: (max: number, lane: number) => Deal;
  /**
   * Nothing of the batch runs any more.
   *
   * @param keys those of its items
   * @param again slots of it that are to run again, before those that have not run
   * @param alone one by one: any of them may have ended the lane
   */
  readonly ended: (keys: ReadonlySet<Key>, lane: number, again: readonly number[], alone?: boolean) => void;
}
