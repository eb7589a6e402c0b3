/** The item that a lane runs. */
export interface Running {
  readonly batch: number;
  readonly index: number;
  /** False: this item or a later one of its batch, as of a process that ended without a word. */
  readonly exact: boolean;
}

/** Where a lane publishes its running item. */
export interface LaneCell {
  publish(batch: number, index: number): void;
  /** For an item that the pool watches while it runs. */
  publishWatched(batch: number, index: number): void;
  /** Between items. */
  clear(): void;
  read(): Running | undefined;
  /** No further item is to be run. */
  readonly stopped: boolean;
  /** So the pool asks by its cell or, where it shares none, by the frame that closes the lane. */
  stop(): void;
  /** The lane must run no further item before it has read its frames, or at all. */
  readonly called: boolean;
  /** A frame of a call was read. */
  hear(): void;
}

const BATCH = 0;
const INDEX = 1;
const STOP = 2;
const CALLS = 3;
/** Batches are numbered from 1. */
const NONE = 0;

/**
 * Four numbers shared by a lane and the pool. The lane publishes its running item by plain stores, 0.5 ns instead of 7: they are
 * read only when the worker has ended, and its end orders them before the read. Where the pool watches the item for its timeout, it
 * reads while the lane runs, and the stores are atomic; a pair read between the two of them is of no item, and stands for an instant.
 *
 * The pool asks a busy lane to stop, or to read its frames, between two items, which no message can do while the lane computes.
 */
export class RunningCell implements LaneCell {
  readonly buffer: SharedArrayBuffer;
  readonly #cell: Int32Array;
  /** Calls that the lane has answered by reading their frame; known on its side alone. */
  #heard = 0;

  constructor(buffer = new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#cell = new Int32Array(buffer);
  }

  publish(batch: number, index: number): void {
    this.#cell[BATCH] = batch;
    this.#cell[INDEX] = index;
  }

  publishWatched(batch: number, index: number): void {
    Atomics.store(this.#cell, INDEX, index);
    Atomics.store(this.#cell, BATCH, batch);
  }

  clear(): void {
    this.#cell[BATCH] = NONE;
  }

  read(): Running | undefined {
    const batch = Atomics.load(this.#cell, BATCH);
    return batch === NONE ? undefined : { batch, index: Atomics.load(this.#cell, INDEX), exact: true };
  }

  stop(): void {
    Atomics.store(this.#cell, STOP, 1);
  }

  get stopped(): boolean {
    return this.#cell[STOP] !== 0;
  }

  /** A frame was posted that a busy lane must read before its next item. A counter and not a flag: two calls must not be answered by one. */
  call(): void {
    Atomics.add(this.#cell, CALLS, 1);
  }

  /** The lane has read the frame of a call. */
  hear(): void {
    this.#heard = (this.#heard + 1) | 0;
  }

  /** The lane must go no further by itself: it is to stop, or to read its frames. Without a pool on the cell there are no calls. */
  get called(): boolean {
    return this.#cell[STOP] !== 0 || ((this.#cell[CALLS]! - this.#heard) | 0) > 0;
  }
}
