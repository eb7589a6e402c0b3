import type { Edge } from '../../queue/index.js';
import { type Emission, OVER, PENDING } from '../emission.js';
import { ArrayCount } from './array-count.js';
import type { ReleaseHost } from './window.js';

// What a slot holds, a byte each.
const FREE = 0;
/** An item that was admitted and has no outcome yet. */
const RUNNING = 1;
/** Its one output. */
const VALUE = 2;
/** Nothing: it gave no output. */
const NOTHING = 3;
/** An emission: outputs that come one by one. */
const MANY = 4;
/** Nothing: it has failed for good, and is counted elsewhere. */
const GONE = 5;

interface Emitting {
  readonly emission: Emission;
  /** Outputs that were released. */
  outputs: number;
  /** Its input still lies in the slot: for another attempt if it fails before its first output, or to the end. */
  keepsInput: boolean;
}

/** What the windows of all orders share: the slots as columns, so that no object is made per item. */
export abstract class Slots {
  readonly size: number;
  readonly #items: unknown[];
  readonly #keepsInputs: boolean;
  readonly #emissions = new Map<number, Emitting>();
  /** Undefined where no arrays of a `batch` come. */
  readonly #arrays: ArrayCount | undefined;
  readonly #states: Uint8Array;
  readonly #positions: Float64Array;

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
    this.#states = new Uint8Array(size);
    this.#positions = new Float64Array(size);
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
    return this.#positions[slot]!;
  }

  value(slot: number, output: unknown): void {
    this.#put(slot, output);
    this.#states[slot] = VALUE;
  }

  none(slot: number): void {
    this.#put(slot, undefined);
    this.#states[slot] = NOTHING;
  }

  gone(slot: number): void {
    this.#put(slot, undefined);
    this.#states[slot] = GONE;
  }

  many(slot: number, emission: Emission): void {
    const keepsInput = emission.held === 0 || this.#keepsInputs;
    this.#emissions.set(slot, { emission, outputs: 0, keepsInput });
    // The items of a batch count on: what makes outputs of them has them.
    if (!keepsInput) this.#items[slot] = undefined;
    this.#states[slot] = MANY;
  }

  lowestPosition(low: number): number | undefined {
    let lowest: number | undefined;
    for (let slot = 0; slot < this.size; slot += 1) {
      if (this.#states[slot] === FREE) continue;
      const position = this.#positions[slot]!;
      if (position >= low && (lowest === undefined || position < lowest)) lowest = position;
    }
    return lowest;
  }

  clear(): void {
    for (const { emission } of this.#emissions.values()) emission.cancel();
    this.#emissions.clear();
    this.#items.fill(undefined);
    this.#arrays?.clear();
    this.#states.fill(FREE);
  }

  protected occupy(slot: number, item: unknown, position: number): number {
    this.#items[slot] = item;
    this.#arrays?.enter(slot, item);
    this.#positions[slot] = position;
    this.#states[slot] = RUNNING;
    return slot;
  }

  protected isRunning(slot: number): boolean {
    return this.#states[slot] === RUNNING;
  }

  protected isMany(slot: number): boolean {
    return this.#states[slot] === MANY;
  }

  /** Hands out what the slot has; true when the slot is over and free. */
  protected releaseSlot(slot: number, output: Edge, host: ReleaseHost): boolean {
    const state = this.#states[slot];
    if (state === VALUE) {
      if (output.room === 0) return false;
      output.push(this.#items[slot], this.#positions[slot]!);
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
        output.push(value, this.#positions[slot]!);
        if (host.overdue()) {
          host.again();
          return false;
        }
      }
    } catch (error) {
      this.#emissions.delete(slot);
      this.#states[slot] = RUNNING;
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
    this.#states[slot] = FREE;
  }
}
