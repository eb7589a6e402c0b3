import type { Key } from '../../declare/key.js';

/**
 * Of a stage with `key`, items that wait to begin while a younger one of their key has begun. That one may pause in the midst of its outputs
 * until they are released.
 */
export class Overtaken {
  readonly #keyOf: (slot: number) => Key;
  /** Slots of those that wait, by their keys, with the numbers in which they came. */
  readonly #waiting = new Map<Key, Map<number, number>>();
  readonly #slots = new Set<number>();
  #last = 0;

  constructor(keyOf: (slot: number) => Key) {
    this.#keyOf = keyOf;
  }

  has(slot: number): boolean {
    return this.#slots.has(slot);
  }

  waits(slot: number): void {
    const key = this.#keyOf(slot);
    let waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      waiting = new Map();
      this.#waiting.set(key, waiting);
    }
    this.#last += 1;
    waiting.set(slot, this.#last);
  }

  begins(slot: number): void {
    const key = this.#keyOf(slot);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    // One that has not waited is the youngest.
    const came = waiting.get(slot) ?? Number.POSITIVE_INFINITY;
    waiting.delete(slot);
    this.#slots.delete(slot);
    if (waiting.size === 0) this.#waiting.delete(key);
    for (const [other, at] of waiting) if (at < came) this.#slots.add(other);
  }
}
