import type { CloneError } from '../errors.js';
import type { FromLane } from '../wire/frame.js';
import { unreadFault } from '../wire/unread.js';

/**
 * Frames of a worker that could not be read, until it has said what they were of, and the frames that have come meanwhile: a stream must
 * not go on over a gap, or be completed.
 */
export class Missed {
  readonly #causes: unknown[] = [];
  #behind: FromLane[] = [];

  /** Of some it is not known yet what they were of. */
  get areUnknown(): boolean {
    return this.#causes.length > 0;
  }

  add(cause: unknown): void {
    this.#causes.push(cause);
  }

  keep(frame: FromLane): void {
    this.#behind.push(frame);
  }

  /** The worker has said of the first one what it was of. */
  know(): CloneError {
    return unreadFault('output', this.#causes.shift());
  }

  /** What has come behind them, once they all are known. */
  behind(): readonly FromLane[] {
    if (this.areUnknown) return [];
    const behind = this.#behind;
    this.#behind = [];
    return behind;
  }

  clear(): void {
    this.#behind = [];
  }
}
