import type { Edge } from '../../queue/index.js';
import { Slots } from './slots.js';
import type { ReleaseHost, Window } from './window.js';

/** `order: 'input'`: released in the order of admission; an item that gives nothing closes its gap. A slow head holds the window. */
export class OrderedWindow extends Slots implements Window {
  #head = 0;
  #tail = 0;

  get admitted(): number {
    return this.#tail - this.#head;
  }

  /** How many items were admitted before it and are not released. */
  readonly age = (slot: number): number => (slot - (this.#head % this.size) + this.size) % this.size;

  get releasable(): boolean {
    return this.#head < this.#tail && !this.isRunning(this.#head % this.size);
  }

  admit(item: unknown, position: number): number {
    const slot = this.#tail % this.size;
    this.#tail += 1;
    return this.occupy(slot, item, position);
  }

  release(output: Edge, host: ReleaseHost): void {
    while (this.#head < this.#tail && this.releaseSlot(this.#head % this.size, output, host)) this.#head += 1;
  }

  override clear(): void {
    super.clear();
    this.#head = this.#tail;
  }
}
