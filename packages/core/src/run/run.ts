import type { Observable } from 'rxjs';
import type { RunReport } from './report/report.js';
import type { RunEvent, RunSnapshot } from './report/run-events.js';

/**
 * One execution of a pipeline, alive: what `pipeline.start(params)` returns. It begins in a later microtask: who subscribes to `events` at
 * once misses nothing. Disposing of it cancels it and waits until all is released.
 *
 * @example
 * ```ts
 * import { setInterval, setTimeout } from 'node:timers/promises';
 * import { flow, io, pipeline } from '@millrace/core';
 *
 * export const ticks = pipeline(import.meta, 'ticks', () =>
 *   flow(() => setInterval(10, 'tick')).pipe(io('stamp', (tick) => `${tick} at ${new Date().toISOString()}`)),
 * );
 *
 * const run = ticks.start();
 * await setTimeout(100);
 * console.log(run.snapshot().delivered); // so far
 * const { outcome } = await run.drain(5_000); // 'drained'
 * ```
 */
export interface Run extends AsyncDisposable {
  /**
   * Resolves with the report when all is delivered, or drained. Rejects with a `StageError` when a stage fails, with a `PlanError` when
   * a worker does not find the stages, with a `CancelledError` after a cancel, with an `UnsettledError` when nothing is left that could
   * bring what it waits for; the error's `report` tells how far the run came. A rejection that nobody takes ends the process, as any does,
   * except after `cancel`, and where an idle run ends with its program and loses nothing.
   */
  readonly finished: Promise<RunReport>;
  /** What happens, as it happens; completes when the run has ended, never errors. */
  readonly events: Observable<RunEvent>;
  /** How the run stands now; after its end, how it stood then. */
  readonly snapshot: () => RunSnapshot;
  /**
   * Reads no more, finishes what was read, then ends as `drained`. The promise settles as `finished` does, but for a deadline that passes.
   *
   * @param ms deadline, in ms; past it the run is cancelled: this promise rejects with a `TimeoutError` that names the stage, and `finished`
   * with a `CancelledError`. Default: none
   * @throws PlanError at once for what is no deadline
   */
  readonly drain: (ms?: number) => Promise<RunReport>;
  /**
   * Stops now: aborts what runs, gives back everything, and lets `finished` reject with a `CancelledError` whose cause is the reason. When
   * sinks have begun to commit, the run has `graceMs` more to end as it would. Does nothing once the run has ended.
   */
  readonly cancel: (reason?: unknown) => void;
}
