import type { StageFailure } from '../errors.js';
import type { RunReport, StageReport } from './report.js';

/** What happens in a run, in order. `at` is in ms since the run began; `pool` counts in `Plan.pools`, from 0. */
export type RunEvent =
  | { readonly type: 'started'; readonly at: number }
  | { readonly type: 'laneReady'; readonly at: number; readonly pool: number; readonly worker: number }
  | { readonly type: 'laneDied'; readonly at: number; readonly pool: number; readonly worker: number; readonly error: Error }
  /** Another worker takes the place of one that died; `restarts` counts those of this lane. */
  | {
      readonly type: 'laneReplaced';
      readonly at: number;
      readonly pool: number;
      readonly worker: number;
      readonly restarts: number;
    }
  /** It died more often than `maxRestarts` allows; the other lanes go on without it. */
  | { readonly type: 'laneRetired'; readonly at: number; readonly pool: number; readonly worker: number; readonly error: Error }
  /** Another worker takes the place of one that had run its `maxTasksPerWorker`. */
  | { readonly type: 'laneRecycled'; readonly at: number; readonly pool: number; readonly worker: number }
  /** Resources of the lane could not be given back well when its worker ended. */
  | {
      readonly type: 'laneCloseFailed';
      readonly at: number;
      readonly pool: number;
      readonly worker: number;
      readonly error: unknown;
    }
  /** A worker printed a line; told with the run option `output: 'events'` alone. `stages` are those of its pool: one of them printed it. */
  | {
      readonly type: 'output';
      readonly at: number;
      readonly pool: number;
      readonly worker: number;
      readonly stages: readonly string[];
      readonly stream: 'stdout' | 'stderr';
      /** Without its line break. */
      readonly text: string;
    }
  /** An item has failed for good and is gone, and the run goes on. */
  | ({
      readonly type: 'itemRejected';
      readonly at: number;
      readonly how: 'skipped' | 'deadLettered';
      readonly error: unknown;
    } & StageFailure)
  /** A stage stands in the wrong place, or does there what it should not; told once for each stage. */
  | { readonly type: 'warning'; readonly at: number; readonly stage: string; readonly text: string }
  | { readonly type: 'stageEnded'; readonly at: number; readonly stage: string }
  | { readonly type: 'draining'; readonly at: number }
  /** Something that the run held could not be released well; the outcome stands. */
  | { readonly type: 'releaseFailed'; readonly at: number; readonly stage: string; readonly error: unknown }
  | { readonly type: 'ended'; readonly at: number; readonly report: RunReport };

/** How a run stands at one moment. */
export interface RunSnapshot {
  readonly pipeline: string;
  readonly state: 'starting' | 'running' | 'draining' | 'ending' | 'ended';
  readonly elapsedMs: number;
  readonly read: number;
  readonly delivered: number;
  /** Items in memory now, and the most there were. */
  readonly live: number;
  readonly peak: number;
  /** As in the report, with the items that wait before the stage now. */
  readonly stages: readonly (StageReport & { readonly waiting: number })[];
}
