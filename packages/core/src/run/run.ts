import type { Observable } from 'rxjs';
import type { RunReport } from './report.js';
import type { RunEvent, RunSnapshot } from './run-events.js';

/** One execution of a pipeline, alive. It begins in a later microtask: who subscribes to `events` at once misses nothing. */
export interface Run extends AsyncDisposable {
  /**
   * Resolves with the report when all is delivered, or drained. Rejects with a `StageError` when a stage fails, with a `PlanError` when
   * a worker does not find the stages, with a `CancelledError` after a cancel; the error's `report` tells how far the run came.
   */
  readonly finished: Promise<RunReport>;
  /** What happens, as it happens; completes when the run has ended, never errors. */
  readonly events: Observable<RunEvent>;
  /** How the run stands now. */
  readonly snapshot: () => RunSnapshot;
  /**
   * Reads no more, finishes what was read, then ends as `drained`. The promise is that of `finished`.
   *
   * @param ms deadline; past it the run is cancelled and the promise rejects with a `TimeoutError` that names the stage. Default: none.
   */
  readonly drain: (ms?: number) => Promise<RunReport>;
  /** Stops now: aborts what runs, gives back everything, and lets `finished` reject with a `CancelledError` whose cause is the reason. */
  readonly cancel: (reason?: unknown) => void;
}
