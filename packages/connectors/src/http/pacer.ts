import { type Timing, wait } from './timing.js';

/** Within any `perMs` at most `limit` requests start. */
export interface HttpRate {
  /** Requests, at least 1. */
  readonly limit: number;
  /** Length of the window, in ms. */
  readonly perMs: number;
}

/**
 * Lets requests start at a rate, first come, first served: request n starts `perMs` after request n − `limit` at the earliest. So no window
 * of `perMs` holds more than `limit` starts, which fixed windows and token buckets do not keep at their borders. The limiter of core is not
 * used: it serves the stages of a run, and cannot be awaited outside of one.
 */
export class Pacer {
  readonly #rate: HttpRate;
  readonly #timing: Timing;
  /** Times of the last `limit` starts, or when those that still wait will start at the earliest. */
  readonly #starts: { at: number }[] = [];

  constructor(rate: HttpRate, timing: Timing) {
    this.#rate = rate;
    this.#timing = timing;
  }

  /** Resolves when the request may start; rejects with the reason of an abort, and the turn is lost. */
  async turn(signal: AbortSignal): Promise<void> {
    const { limit, perMs } = this.#rate;
    const ahead = this.#starts.length === limit ? this.#starts.shift() : undefined;
    const leftMs = () => (ahead === undefined ? 0 : ahead.at + perMs - this.#timing.now());
    const start = { at: this.#timing.now() + Math.max(0, leftMs()) };
    this.#starts.push(start);
    // A timer may fire early by a fraction of a ms, and the one ahead may have started late.
    for (let ms = leftMs(); ms > 0; ms = leftMs()) await wait(ms, signal, this.#timing);
    start.at = this.#timing.now();
  }
}
