import type { LaneCell, Running } from '../wire/running-cell.js';

/** Telling costs some µs, on both sides: an item that comes so soon after the last one told is not told. */
const TELL_EVERY_MS = 5;
/** Batches are numbered from 1. */
const NONE = 0;

/**
 * The cell of a lane that shares no memory with the pool: it tells by frames, at once where a batch begins or is left, and now and then
 * within one. A frame is in the hands of the kernel when `tell` returns, so the pool always knows the batch that ended a process, and
 * the item where only one was left to run.
 */
export class ToldCell implements LaneCell {
  readonly #tell: (running: Running | undefined) => void;
  #stopped = false;
  #batch = NONE;
  #index = 0;
  #toldAt = 0;
  /** Since when the event loop has not turned; undefined when nothing has run since. */
  #turnedAt: number | undefined;

  constructor(tell: (running: Running | undefined) => void) {
    this.#tell = tell;
  }

  publish(batch: number, index: number): void {
    const now = performance.now();
    const isNews = batch !== this.#batch || now - this.#toldAt > TELL_EVERY_MS;
    this.#batch = batch;
    this.#index = index;
    if (!isNews) return;
    this.#toldAt = now;
    this.#tell({ batch, index, exact: false });
  }

  publishWatched(batch: number, index: number): void {
    this.#batch = batch;
    this.#index = index;
    this.#toldAt = performance.now();
    this.#tell({ batch, index, exact: true });
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  stop(): void {
    this.#stopped = true;
  }

  /**
   * The pool has no way to call: the lane reads its frames every few ms, a turn of the event loop that costs as much as the frame of an
   * item.
   */
  get called(): boolean {
    const now = performance.now();
    if (this.#turnedAt === undefined) {
      this.#turnedAt = now;
      // The first one comes in the same turn where frames are being read: only between the two have the next ones been read for sure.
      setImmediate(() =>
        setImmediate(() => {
          this.#turnedAt = undefined;
        }),
      );
    }
    return this.#stopped || now - this.#turnedAt > TELL_EVERY_MS;
  }

  hear(): void {}

  clear(): void {
    if (this.#batch === NONE) return;
    this.#batch = NONE;
    this.#tell(undefined);
  }

  read(): Running | undefined {
    return this.#batch === NONE ? undefined : { batch: this.#batch, index: this.#index, exact: true };
  }
}
