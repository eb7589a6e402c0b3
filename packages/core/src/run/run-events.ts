import type { RunReport, StageReport } from './report.js';

/** What happens in a run, in order. `at` is in ms since the run began; `pool` counts in `Plan.pools`, from 0. */
export type RunEvent =
  | { readonly type: 'started'; readonly at: number }
  | { readonly type: 'laneReady'; readonly at: number; readonly pool: number; readonly worker: number }
  | { readonly type: 'laneDied'; readonly at: number; readonly pool: number; readonly worker: number; readonly error: Error }
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
