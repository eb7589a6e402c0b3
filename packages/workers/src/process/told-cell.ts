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
  /** A pool asks by its close frame. */
  readonly stopped = false;
  readonly #tell: (running: Running | undefined) => void;
  #batch = NONE;
  #index = 0;
  #toldAt = 0;

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

  clear(): void {
    if (this.#batch === NONE) return;
    this.#batch = NONE;
    this.#tell(undefined);
  }

  read(): Running | undefined {
    return this.#batch === NONE ? undefined : { batch: this.#batch, index: this.#index, exact: true };
  }
}
