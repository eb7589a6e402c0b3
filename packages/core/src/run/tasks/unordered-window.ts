import type { Edge } from '../../queue/index.js';
import type { Emission } from '../emission.js';
import { Slots } from './slots.js';
import type { ReleaseHost, Window } from './window.js';

/** `order: 'none'`: released as they settle; a slow item holds its own slot and no other. */
export class UnorderedWindow extends Slots implements Window {
  /** Free slots, as a stack. */
  readonly #free: number[];
  /** Slots with something to release, first settled first. */
  #due: number[] = [];

  constructor(size: number, keepsInputs = false, itemsEach?: number) {
    super(size, keepsInputs, itemsEach);
    this.#free = Array.from({ length: size }, (_, i) => size - 1 - i);
  }

  get admitted(): number {
    return this.size - this.#free.length;
  }

  get releasable(): boolean {
    return this.#due.length > 0;
  }

  admit(item: unknown, position: number): number {
    return this.occupy(this.#free.pop()!, item, position);
  }

  override value(slot: number, output: unknown): void {
    super.value(slot, output);
    this.settle(slot);
  }

  override none(slot: number): void {
    super.none(slot);
    this.settle(slot);
  }

  override gone(slot: number): void {
    super.gone(slot);
    this.settle(slot);
  }

  override many(slot: number, emission: Emission): void {
    super.many(slot, emission);
    this.settle(slot);
  }

  /** Values first, then emissions in turns: one that never ends must not keep what is ready from leaving. */
  release(output: Edge, host: ReleaseHost): void {
    if (this.#due.length === 0 || output.room === 0) return;
    const waiting: number[] = [];
    const emitting: number[] = [];
    // To vacate a slot may make others due, which join the walk.
    for (const slot of this.#due) {
      if (this.isMany(slot)) emitting.push(slot);
      else if (this.releaseSlot(slot, output, host)) this.vacate(slot);
      else waiting.push(slot);
    }
    this.#due = [];
    let last: number | undefined;
    emitting.forEach((slot, i) => {
      if (this.releaseSlot(slot, output, host)) this.vacate(slot);
      // One that has failed is due again when its next attempt has settled.
      else if (!this.isMany(slot)) return;
      else if (i === 0) last = slot;
      else waiting.push(slot);
    });
    if (last !== undefined) waiting.push(last);
    this.#due = [...waiting, ...this.#due];
  }

  /** The slot has something to release. */
  protected settle(slot: number): void {
    this.#due.push(slot);
  }

  /** The slot is released and free. */
  protected vacate(slot: number): void {
    this.#free.push(slot);
  }

  override clear(): void {
    super.clear();
    this.#due = [];
    this.#free.length = 0;
    for (let slot = this.size - 1; slot >= 0; slot -= 1) this.#free.push(slot);
  }
}
