import type { TimeoutError } from '../errors.js';
import { taskTimeout, timerMs } from '../wire/task-timeout.js';

/** Time of the item at hand against `Job.timeoutMs`. It counts while the item runs, promises that it awaits included, not while it is paused. */
export class TimeLimit {
  readonly #timeoutMs: number;
  readonly #onOver: (error: TimeoutError) => void;
  #startedAt = 0;
  /** Of the item before it was paused. */
  #spentMs = 0;
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
    this.disarm();
    this.#spentMs += performance.now() - this.#startedAt;
  }

  goOn(): void {
    this.#startedAt = performance.now();
  }

  /** The item waits for a promise. */
  arm(): void {
    const left = this.#timeoutMs - this.#spentMs - (performance.now() - this.#startedAt);
    this.#timer = setTimeout(() => this.#onOver(taskTimeout(this.#timeoutMs)), timerMs(left));
  }

  disarm(): void {
    clearTimeout(this.#timer);
  }

  /** The error, when the item has had more than its time. */
  overdue(): TimeoutError | undefined {
    const spent = this.#spentMs + performance.now() - this.#startedAt;
    return spent > this.#timeoutMs ? taskTimeout(this.#timeoutMs) : undefined;
  }
}
