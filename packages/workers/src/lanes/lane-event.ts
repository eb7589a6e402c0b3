import type { WorkerDeathError } from '../errors.js';

/** What happens to a lane, for progress and logs. `worker` is its number. */
export type LaneEvent =
  | { readonly kind: 'ready'; readonly worker: number }
  | { readonly kind: 'died'; readonly worker: number; readonly death: WorkerDeathError }
  | { readonly kind: 'replaced'; readonly worker: number; readonly restarts: number }
  /** It died once more than its restart budget allows, and is not replaced. */
  | { readonly kind: 'retired'; readonly worker: number; readonly death: WorkerDeathError }
  /** Its worker had run its `maxTasksPerWorker`, and another has taken its place. */
  | { readonly kind: 'recycled'; readonly worker: number }
  /** It had nothing to do for `idleMs`: its worker has ended, and another starts when work waits. */
  | { readonly kind: 'released'; readonly worker: number }
  /** The `close` of a job threw or took too long where nobody waited for it: when the lane or the pool ended, or after a broken job. */
  | { readonly kind: 'closing-failed'; readonly worker: number; readonly error: unknown };

/** What one lane has done, over all of its workers. */
export interface LaneReport {
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
