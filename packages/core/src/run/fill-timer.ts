import type { Timers } from '../timers.js';

/**
 * Says when something that fills has waited long enough for more. One timer at most, however many fill one after the other: one that finds
 * a later beginning is set again for the rest, so that a fill which ends by its size costs a look at the clock and no timer.
 */
export class FillTimer {
  readonly #ms: number;
  readonly #timers: Timers;
  readonly #due: () => void;
  #callOff: (() => void) | undefined;
  /** When what fills now began; undefined while nothing does. */
  #began: number | undefined;

  constructor(ms: number, timers: Timers, due: () => void) {
    this.#ms = ms;
    this.#timers = timers;
    this.#due = due;
  }

  /** Something fills from now on. */
  begin(): void {
    this.#began = this.#timers.now();
    this.#callOff ??= this.#timers.after(this.#ms, this.#look);
  }

  /** It waits no more. */
  end(): void {
    this.#began = undefined;
  }

  /** Nothing fills any more. */
  stop(): void {
    this.#began = undefined;
    this.#callOff?.();
    this.#callOff = undefined;
  }

  readonly #look = (): void => {
    this.#callOff = undefined;
    if (this.#began === undefined) return;
    const rest = this.#began + this.#ms - this.#timers.now();
    if (rest > 0) {
      this.#callOff = this.#timers.after(rest, this.#look);
      return;
    }
    this.#began = undefined;
    this.#due();
  };
}
