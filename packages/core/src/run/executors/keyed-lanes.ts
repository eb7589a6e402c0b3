import { Filling } from '@millrace/workers';
import type { Key } from '../../declare/key.js';
import type { Work } from '../executor.js';
import type { Deal, Dealer } from './dealer.js';

/**
 * Deals out items with keys: all of one key go to one lane, in order. No two batches hold the same key at once, since a
 * batch that pauses in the midst of an item's outputs would let the next batch run ahead of the items behind it.
 *
 * A lane runs dry only when none of the items in the window is for it: those that wait for another lane do not stand in its way until they
 * fill the window.
 */
export class KeyedLanes implements Dealer {
  readonly #work: Work;
  readonly #keys: NonNullable<Work['keys']>;
  /** One item of a key at a time, not even in one batch: one that fails is tried again before those behind it run. */
  readonly #singly: boolean;
  /** By lane, oldest first: admitted, and in no batch. */
  readonly #waiting: number[][];
  /** Keys of which a batch is on its way. */
  readonly #busy = new Set<Key>();
  /** Slots one of which ended its lane, and it is not known which: each is to be the only one of its batch. */
  readonly #alone = new Set<number>();
  readonly #othersWait: () => void;

  /**
   * @param lanes numbered from 0; others of the pool get nothing
   * @param othersWait called when `take` has found items for other lanes than the one it was called for
   */
  constructor(work: Work, keys: NonNullable<Work['keys']>, lanes: number, singly: boolean, othersWait: () => void) {
    this.#work = work;
    this.#keys = keys;
    this.#singly = singly;
    this.#waiting = Array.from({ length: lanes }, () => []);
    this.#othersWait = othersWait;
  }

  take(max: number, lane: number): Deal {
    const slots: number[] = [];
    const keys = new Set<Key>();
    const waiting = this.#waiting[lane];
    if (waiting === undefined) return { slots, keys };
    const filling = new Filling(max);
    let closed = false;
    let isSuspect = false;
    const pick = (slot: number): boolean => {
      if (closed || filling.isFull || !this.#mayRun(slot, keys)) return false;
      const alone = this.#alone.has(slot);
      // Nothing behind it may overtake it.
      closed ||= alone;
      if (alone && slots.length > 0) return false;
      isSuspect ||= this.#alone.delete(slot);
      slots.push(slot);
      filling.add(this.#work.item(slot));
      keys.add(this.#keys.of(slot));
      return true;
    };
    this.#waiting[lane] = waiting.filter((slot) => !pick(slot));
    let others = false;
    while (!closed && !filling.isFull) {
      const slot = this.#work.admit();
      if (slot < 0) break;
      const to = laneOf(this.#keys.of(slot), this.#waiting.length);
      others ||= to !== lane;
      if (to !== lane || !pick(slot)) this.#waiting[to]!.push(slot);
    }
    if (others) this.#othersWait();
    for (const key of keys) this.#busy.add(key);
    return { slots, keys, alone: isSuspect };
  }

  ended(keys: ReadonlySet<Key>, lane: number, again: readonly number[] = [], alone = false): void {
    for (const key of keys) this.#busy.delete(key);
    if (alone) for (const slot of again) this.#alone.add(slot);
    if (again.length > 0) this.#waiting[lane]!.unshift(...again);
  }

  #mayRun(slot: number, inBatch: ReadonlySet<Key>): boolean {
    const key = this.#keys.of(slot);
    if (this.#busy.has(key)) return false;
    return !this.#singly || (!inBatch.has(key) && this.#keys.isFirst(slot));
  }
}

/** The lane of a key: FNV-1a over its type and text, modulo the lanes; the same in every run. */
export function laneOf(key: Key, lanes: number): number {
  const text = `${typeof key}:${key}`;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % lanes;
}
