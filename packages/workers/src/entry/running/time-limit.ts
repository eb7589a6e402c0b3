import type { TimeoutError } from '../../errors.js';
import { taskTimeout, timerMs } from '../../wire/task-timeout.js';

/**
 * Time of the items of a batch, one after another, against `Job.timeoutMs`. It counts while an item runs, promises that it awaits included,
 * not while it is paused.
 *
 * A batch has one timer, set where its first item waits and set again for what is then left to the item at hand: setting one for each item
 * would cost more than a short wait. That is early enough, as each item ends its time later than the one before.
 */
export class TimeLimit {
  readonly #timeoutMs: number;
  readonly #onOver: (error: TimeoutError) => void;
  #startedAt = 0;
  /** Of the item before it was paused. */
  #spentMs = 0;
  #waits = false;
  #timer: NodeJS.Timeout | undefined;

  /** `onOver` while the item waits for a promise; one that computes must ask. */
  constructor(timeoutMs: number, onOver: (error: TimeoutError) => void) {
    this.#timeoutMs = timeoutMs;
    this.#onOver = onOver;
  }

  begin(): void {
    this.#spentMs = 0;
    this.#startedAt = performance.now();
  }

  pause(): void {
    this.stop();
    this.#spentMs += performance.now() - this.#startedAt;
  }

  goOn(): void {
    this.#startedAt = performance.now();
  }

  /** The item waits for a promise. */
  arm(): void {
    this.#waits = true;
    if (this.#timer === undefined) this.#setTimer(this.#leftMs());
  }

  /** It waits no longer. */
  disarm(): void {
    this.#waits = false;
  }

  /** Nothing of the batch runs. */
  stop(): void {
    this.#waits = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The error, when the item has had more than its time. */
  overdue(): TimeoutError | undefined {
    return this.#leftMs() < 0 ? taskTimeout(this.#timeoutMs) : undefined;
  }

  #leftMs(): number {
    return this.#timeoutMs - this.#spentMs - (performance.now() - this.#startedAt);
  }

  #setTimer(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), timerMs(ms));
  }

  #look(): void {
    this.#timer = undefined;
    if (!this.#waits) return;
    const left = this.#leftMs();
    if (left > 0) this.#setTimer(left);
    else this.#onOver(taskTimeout(this.#timeoutMs));
  }
}
