import { itemsIn } from '../../queue/index.js';

/** Behind a `batch`: items in the arrays that lie in the slots of a window, beyond one for each. */
export class ArrayCount {
  surplus = 0;
  readonly #itemsEach: number;
  readonly #bySlot: Float64Array;

  /** @param itemsEach items in an array at most */
  constructor(slots: number, itemsEach: number) {
    this.#itemsEach = itemsEach;
    this.#bySlot = new Float64Array(slots);
  }

  /** An input has come into a free slot. */
  enter(slot: number, input: unknown): void {
    const more = itemsIn(input, this.#itemsEach) - 1;
    this.#bySlot[slot] = more;
    this.surplus += more;
  }

  /** The input is there no more. */
  leave(slot: number): void {
    this.surplus -= this.#bySlot[slot]!;
    this.#bySlot[slot] = 0;
  }

  clear(): void {
    this.surplus = 0;
    this.#bySlot.fill(0);
  }
}
