import { timerMs } from './task-timeout.js';

/**
 * A timer for what a worker has to say by then. A thread that was busy finds its timers before the frames that lie there: it rings only
 * after a turn of the event loop in which these are read.
 */
export class Alarm {
  #timer: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /** Instead of the time that was set before. */
  set(ms: number, ring: () => void): void {
    this.clear();
    this.#timer = setTimeout(() => {
      this.#turn = setImmediate(() => {
        this.clear();
        ring();
      });
    }, timerMs(ms));
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    this.#timer = undefined;
    this.#turn = undefined;
  }
}
