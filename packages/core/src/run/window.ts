import type { Edge } from '../queue/index.js';
import { ArrayCount } from './array-count.js';
import { type Emission, OVER, PENDING } from './emission.js';

/** What a release found out about an item: it is over, well or not. */
export interface ReleaseHost {
  /** The item ended with so many outputs. */
  readonly released: (outputs: number) => void;
  /** True when the main thread should let the event loop turn; asked after each output of an emission. */
  readonly overdue: () => boolean;
  /** There is more to release: the stage is to be stepped again. */
  readonly again: () => void;
  /** Its emission failed on the way, after so many outputs. Without any its input is still there, and the item may run again. */
  readonly failed: (slot: number, error: unknown, outputs: number) => void;
}

/**
 * The items of a function stage between admission and release. A slot is a small number that stands for one of them; it is free again
 * when the item's last output was accepted by the next queue. Two orders, two classes; no flag in between.
 */
export interface Window {
  readonly size: number;
  /** Items admitted and not released. */
  readonly admitted: number;
  /** What it holds beyond one item for each that was admitted: outputs that lie in emissions, and the items of a batch. */
  readonly held: number;
  /** True when an output waits for nothing but room. */
  readonly releasable: boolean;
  /** Lowest position from `low` on among its items. */
  lowestPosition(low: number): number | undefined;
  admit(item: unknown, position: number): number;
  item(slot: number): unknown;
  position(slot: number): number;
  value(slot: number, output: unknown): void;
  many(slot: number, emission: Emission): void;
  none(slot: number): void;
  /** The item has failed for good, and is counted: its gap closes. */
  gone(slot: number): void;
  /** Hands to the edge what is due, while it has room. */
  release(output: Edge, host: ReleaseHost): void;
  /** Cancels all emissions and forgets the rest. */
  clear(): void;
}

const FREE = 0;
const RUNNING = 1;
const VALUE = 2;
const NOTHING = 3;
const MANY = 4;
const GONE = 5;

interface Emitting {
  readonly emission: Emission;
  /** Outputs that were released. */
  outputs: number;
  /** Its input still lies in the slot: for another attempt if it fails before its first output, or to the end. */
  keepsInput: boolean;
}

/** What both orders share: the slots as columns, so that no object is made per item. */
abstract class Slots {
  readonly size: number;
  readonly #items: unknown[];
  readonly #keepsInputs: boolean;
  readonly #emissions = new Map<number, Emitting>();
  /** Undefined where no arrays of a `batch` come. */
  readonly #arrays: ArrayCount | undefined;
  protected readonly states: Uint8Array;
  protected readonly positions: Float64Array;

  /**
   * @param keepsInputs also of items that have given outputs: should one fail then, it becomes a dead letter
   * @param itemsEach items in each input, where those are arrays of a `batch`
   */
  constructor(size: number, keepsInputs = false, itemsEach?: number) {
    this.size = size;
    this.#keepsInputs = keepsInputs;
    this.#arrays = itemsEach === undefined ? undefined : new ArrayCount(size, itemsEach);
    // One column: an input stays until its output takes its place, so a dead lane can be given it again.
    this.#items = new Array<unknown>(size).fill(undefined);
    this.states = new Uint8Array(size);
    this.positions = new Float64Array(size);
  }

  get held(): number {
    let held = this.#arrays?.surplus ?? 0;
    for (const { emission, keepsInput } of this.#emissions.values()) {
      // The first output of each lies in the slot itself, in the place of its input.
      held += keepsInput ? emission.held : Math.max(0, emission.held - 1);
    }
    return held;
  }

  item(slot: number): unknown {
    return this.#items[slot];
  }

  position(slot: number): number {
    return this.positions[slot]!;
  }

  value(slot: number, output: unknown): void {
    this.#put(slot, output);
    this.states[slot] = VALUE;
  }

  none(slot: number): void {
    this.#put(slot, undefined);
    this.states[slot] = NOTHING;
  }

  gone(slot: number): void {
    this.#put(slot, undefined);
    this.states[slot] = GONE;
  }

  many(slot: number, emission: Emission): void {
    const keepsInput = emission.held === 0 || this.#keepsInputs;
    this.#emissions.set(slot, { emission, outputs: 0, keepsInput });
    // The items of a batch count on: what makes outputs of them has them.
    if (!keepsInput) this.#items[slot] = undefined;
    this.states[slot] = MANY;
  }

  lowestPosition(low: number): number | undefined {
    let lowest: number | undefined;
    for (let slot = 0; slot < this.size; slot += 1) {
      if (this.states[slot] === FREE) continue;
      const position = this.positions[slot]!;
      if (position >= low && (lowest === undefined || position < lowest)) lowest = position;
    }
    return lowest;
  }

  clear(): void {
    for (const { emission } of this.#emissions.values()) emission.cancel();
    this.#emissions.clear();
    this.#items.fill(undefined);
    this.#arrays?.clear();
    this.states.fill(FREE);
  }

  protected occupy(slot: number, item: unknown, position: number): number {
    this.#items[slot] = item;
    this.#arrays?.enter(slot, item);
    this.positions[slot] = position;
    this.states[slot] = RUNNING;
    return slot;
  }

  protected isMany(slot: number): boolean {
    return this.states[slot] === MANY;
  }

  /** Hands out what the slot has; true when the slot is over and free. */
  protected releaseSlot(slot: number, output: Edge, host: ReleaseHost): boolean {
    const state = this.states[slot];
    if (state === VALUE) {
      if (output.room === 0) return false;
      output.push(this.#items[slot], this.positions[slot]!);
      this.#free(slot);
      host.released(1);
      return true;
    }
    if (state === NOTHING) {
      this.#free(slot);
      host.released(0);
      return true;
    }
    if (state === GONE) {
      this.#free(slot);
      return true;
    }
    return state === MANY && this.#releaseMany(slot, output, host);
  }

  #releaseMany(slot: number, output: Edge, host: ReleaseHost): boolean {
    const entry = this.#emissions.get(slot)!;
    try {
      while (output.room > 0) {
        const value = entry.emission.take();
        if (value === PENDING) return false;
        if (value === OVER) {
          this.#emissions.delete(slot);
          this.#free(slot);
          host.released(entry.outputs);
          return true;
        }
        entry.outputs += 1;
        if (entry.keepsInput && !this.#keepsInputs) {
          entry.keepsInput = false;
          this.#items[slot] = undefined;
        }
        output.push(value, this.positions[slot]!);
        if (host.overdue()) {
          host.again();
          return false;
        }
      }
    } catch (error) {
      this.#emissions.delete(slot);
      this.states[slot] = RUNNING;
      // It has not failed itself when it was an output of it that could not be copied.
      entry.emission.cancel();
      host.failed(slot, error, entry.outputs);
    }
    return false;
  }

  /** In the place of the input. */
  #put(slot: number, output: unknown): void {
    this.#items[slot] = output;
    this.#arrays?.leave(slot);
  }

  #free(slot: number): void {
    this.#put(slot, undefined);
    this.states[slot] = FREE;
  }
}

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
    const state = this.states[this.#head % this.size];
    return this.#head < this.#tail && state !== RUNNING;
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
