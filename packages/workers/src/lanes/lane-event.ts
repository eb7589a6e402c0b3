import type { WorkerDeathError } from '../errors.js';

/** What happens to a lane, for progress and logs: switch on `kind`. */
export type LaneEvent = {
  /** Number of the lane, from 0. */
  readonly worker: number;
} & (
  | {
      /** A worker of it has started, and can be given work. */
      readonly kind: 'ready';
    }
  | {
      /** Its worker has ended otherwise than in order. */
      readonly kind: 'died';
      /** How it ended, as far as it is known. */
      readonly death: WorkerDeathError;
    }
  | {
      /** A worker takes the place of one that died, or was ended for the sake of an item. */
      readonly kind: 'replaced';
      /** Workers of the lane that were replaced so far, this one included. */
      readonly restarts: number;
    }
  | {
      /** It died once more than `maxRestarts` allows, and is not replaced. */
      readonly kind: 'retired';
      /** The death that was one too many. */
      readonly death: WorkerDeathError;
    }
  | {
      /** Its worker had run its `maxTasksPerWorker`, and another has taken its place. */
      readonly kind: 'recycled';
    }
  | {
      /** It had nothing to do for `idleMs`: its worker has ended, and another starts when work waits. */
      readonly kind: 'released';
    }
  | {
      /** The `close` of a job threw or took too long where nobody waited for it: when the lane or the pool ended, or after a broken job. */
      readonly kind: 'closing-failed';
      /** What it threw, or a `TimeoutError`. */
      readonly error: unknown;
    }
);

/** What one lane has done, over all of its workers. */
export interface LaneReport {
  /** Number of the lane, from 0. */
  readonly worker: number;
  /** Items finished, by batches and streams. */
  readonly items: number;
  /** Time spent on them, in ms. */
  readonly busyMs: number;
  /** Workers that took the place of one that died, or was ended for the sake of an item that would not end. */
  readonly restarts: number;
  /** Workers that were replaced after their `maxTasksPerWorker`. */
  readonly recycled: number;
  /** Jobs whose `close` did not run, or not to its end, since their worker died or was terminated. */
  readonly abandoned: number;
}
