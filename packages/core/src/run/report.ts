import type { ResourceCounts } from '../lane/index.js';
import type { StageKind } from '../plan/index.js';

/** What one lane did for a stage. */
export interface LaneShare {
  readonly worker: number;
  readonly items: number;
  readonly busyMs: number;
  /** Workers that were started in the place of dead ones. */
  readonly restarts: number;
}

/** Counts and times of one stage. Function stages: `in = ok + filtered + skipped + deadLettered + failed + cancelled`. */
export interface StageReport {
  readonly name: string;
  readonly kind: StageKind;
  /** Items accepted before the stage; the `out` of the stage before it. For a source: items read. */
  readonly in: number;
  /** Items that the next stage accepted; for a sink: items delivered. */
  readonly out: number;
  /** Items that ended well with one or more outputs; for operator stages: items fed. */
  readonly ok: number;
  /** Items that ended well without output. */
  readonly filtered: number;
  readonly skipped: number;
  readonly deadLettered: number;
  readonly failed: number;
  /** Items that had no outcome yet when the run ended early. */
  readonly cancelled: number;
  /** Attempts beyond the first one of an item. */
  readonly retries: number;
  readonly dropped: number;
  /** What the setups of the stage gave; undefined without `setup`. */
  readonly resources?: ResourceCounts | undefined;
  readonly queue: { readonly capacity: number; readonly peak: number };
  /** Time with work running, in ms; the three add up to the life of the stage. */
  readonly busyMs: number;
  /** Time with nothing to do but to wait for room in the next stage. */
  readonly blockedMs: number;
  /** Time without input. */
  readonly starvedMs: number;
  readonly lanes: readonly LaneShare[];
}

/** The stage that the others waited for. */
export interface Bottleneck {
  readonly stage: string;
  readonly why: 'source' | 'io' | 'cpu' | 'main thread' | 'sink';
  /** A sentence for people. */
  readonly text: string;
}

/** What a run did, also on the error of a run that failed or was cancelled. */
export interface RunReport {
  readonly pipeline: string;
  /** A report on an error has `failed` or `cancelled`; a run that resolves has one of the others. */
  readonly outcome: 'completed' | 'drained' | 'failed' | 'cancelled';
  readonly startedAt: Date;
  readonly elapsedMs: number;
  /** Items read from the source. */
  readonly read: number;
  /** Items that the sink took. */
  readonly delivered: number;
  /** Items in memory at most, as planned; null when the plan could not know. */
  readonly bound: number | null;
  /** Most items that were in memory at once. */
  readonly peak: number;
  readonly stages: readonly StageReport[];
  readonly bottleneck: Bottleneck;
}

declare module '../errors.js' {
  interface StageError {
    /** How far the run came, on the error that it rejects with. */
    readonly report?: RunReport;
  }
  interface CancelledError {
    /** How far the run came, on the error that it rejects with. */
    readonly report?: RunReport;
  }
  interface PlanError {
    /** How far the run came, when it had begun. */
    readonly report?: RunReport;
  }
}
