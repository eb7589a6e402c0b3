import { TimeoutError } from '../errors.js';
import { timerMs } from '../wire/task-timeout.js';
import type { InFlight } from './in-flight.js';
import type { RunningNow } from './watch.js';

export interface CancellationsOptions {
  readonly worker: number;
  readonly graceMs: number;
  readonly running: () => RunningNow;
  /** Whether the lane still has the batch to finish. */
  readonly isHeld: (batch: InFlight) => boolean;
  /** The item runs on: its lane must be ended. */
  readonly onStuck: (error: TimeoutError) => void;
}

/** A lane may begin an item just before it hears that it was given up: it is looked at again. */
const MIN_LOOK_MS = 5;

/** Items of a lane that were given up and have not ended yet. */
export class Cancellations {
  readonly #options: CancellationsOptions;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: CancellationsOptions) {
    this.#options = options;
  }

  add(batch: InFlight, index: number): void {
    const { graceMs } = this.#options;
    const look = (): void => this.#look(batch, index, timer);
    // What a process has told must have been read: see Alarm.
    const timer = setInterval(() => setImmediate(look), timerMs(Math.max(graceMs, MIN_LOOK_MS))).unref();
    this.#timers.add(timer);
  }

  /** The worker ends. */
  clear(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
  }

  #look(batch: InFlight, index: number, timer: NodeJS.Timeout): void {
    const { worker, graceMs, running, isHeld, onStuck } = this.#options;
    if (isHeld(batch) && batch.isOpen(index)) {
      const now = running();
      if (now === 'none' || now.batch !== batch.number) return;
      // A process tells exactly once it has heard of it; one that has not may be at one of the next few.
      if (now.exact ? now.index !== index : now.index > index) return;
      onStuck(new TimeoutError(`an item that was given up still ran in lane ${worker} after ${graceMs} ms`));
    }
    clearInterval(timer);
    this.#timers.delete(timer);
  }
}
