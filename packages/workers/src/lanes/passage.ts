import type { Crossing } from './job.js';

/** The ways of one batch to its lane and back. Reads no clock; times in ms. */
export class Passage {
  #handMs = 0;
  #sentBytes = 0;
  /** When it was handed over or resumed; undefined while it does not lie with the lane. */
  #leftAt: number | undefined;

  /** It was packed and posted. */
  left(began: number, ended: number, bytes: number): void {
    this.#handMs += ended - began;
    this.#sentBytes += bytes;
    this.#leftAt = began;
  }

  /** Its lane may go on with it. No effect on one that has not paused. */
  goOn(at: number): void {
    this.#leftAt ??= at;
  }

  /** A reply has come, and was unpacked. */
  came(began: number, ended: number, bytes: number, busyMs: number): Crossing {
    const crossing: Crossing = {
      handMs: this.#handMs + ended - began,
      waitMs: Math.max(0, began - (this.#leftAt ?? began) - busyMs),
      sentBytes: this.#sentBytes,
      receivedBytes: bytes,
    };
    this.#handMs = 0;
    this.#sentBytes = 0;
    this.#leftAt = undefined;
    return crossing;
  }
}
