import { Edge } from './edge.js';
import { itemsIn } from './items-in.js';

/** The edge behind a `batch`: what waits there are arrays, and it knows how many items are in them. Its limits are in arrays. */
export class BatchEdge extends Edge {
  readonly #itemsEach: number;
  #items = 0;

  /** @param itemsEach items in an array at most */
  constructor(capacity: number, capacityBytes: number | undefined, itemsEach: number) {
    super(capacity, capacityBytes);
    this.#itemsEach = itemsEach;
  }

  override get items(): number {
    return this.#items;
  }

  override push(item: unknown, position: number): void {
    this.#items += itemsIn(item, this.#itemsEach);
    super.push(item, position);
  }

  /** Who got the same array by a tee may have changed it while it waited here. */
  override shift(): unknown {
    const item = super.shift();
    const left = this.#items - itemsIn(item, this.#itemsEach);
    this.#items = Math.min(Math.max(left, this.length), this.length * this.#itemsEach);
    return item;
  }

  override clear(): void {
    super.clear();
    this.#items = 0;
  }
}
