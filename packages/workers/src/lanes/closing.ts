import { TimeoutError } from '../errors.js';
import { Alarm } from '../wire/alarm.js';

/** Messages travel, a busy machine is slow, and the limits of the lane itself come first. */
const SLACK_MS = 500;

/** What keeps a lane from closing a job that it was told to drop. */
export type Obstacle =
  /** An item of the job: it computes, else the lane would have let it go. */
  | 'own'
  /** Work of others, which the lane has to finish first. */
  | 'other'
  /** Nothing that can be seen: the job waits for what its items have left running, or closes. */
  | 'none';

export interface ClosingOptions {
  readonly worker: number;
  readonly graceMs: number;
  readonly obstacle: () => Obstacle;
  /** The lane will not come to it by itself: it must be ended. */
  readonly onStuck: (error: TimeoutError) => void;
}

/**
 * A job on its way out of one lane. Its items have `graceMs` to settle, and its `close` as long again; both limits are kept by the lane,
 * and by the pool where the lane computes and cannot.
 */
export class Closing {
  /** What the closing threw. Resolves in any case. */
  readonly done: Promise<readonly unknown[]>;
  readonly #options: ClosingOptions;
  #settle!: (errors: readonly unknown[]) => void;
  readonly #alarm = new Alarm();

  constructor(options: ClosingOptions) {
    this.#options = options;
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#alarm.set(options.graceMs, () => this.#afterItems());
  }

  /** The lane has answered, or is gone. */
  settle(errors: readonly unknown[]): void {
    this.#alarm.clear();
    this.#settle(errors);
  }

  #afterItems(): void {
    const { graceMs, obstacle } = this.#options;
    if (obstacle() === 'none') this.#alarm.set(graceMs + SLACK_MS, () => this.#afterClose());
    else this.#retry(() => this.#afterItems());
  }

  #afterClose(): void {
    const { worker, graceMs, obstacle, onStuck } = this.#options;
    if (obstacle() !== 'none') {
      this.#retry(() => this.#afterClose());
      return;
    }
    const error = new TimeoutError(`the job took longer than ${graceMs} ms to close in lane ${worker}, which does not answer`);
    this.settle([error]);
    onStuck(error);
  }

  #retry(look: () => void): void {
    const { worker, graceMs, obstacle, onStuck } = this.#options;
    if (obstacle() === 'own')
      onStuck(new TimeoutError(`an item of a closed job still ran in lane ${worker} after ${graceMs} ms`));
    // Gone with the worker, in the first case.
    this.#alarm.set(Math.max(graceMs, SLACK_MS), look);
  }
}
