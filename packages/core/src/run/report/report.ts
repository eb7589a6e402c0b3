import type { ResourceCounts } from '../../lane/index.js';
import type { StageKind } from '../../plan/index.js';
import type { LaneShare, StageFigures } from '../measure/figures.js';

/** Counts and times of one stage. Function stages: `in = ok + filtered + skipped + deadLettered + failed + cancelled`. */
export interface StageReport extends StageFigures {
  /** As the plan has it. */
  readonly name: string;
  /** What the stage is. */
  readonly kind: StageKind;
  /** Names of the stages that feed it; none for a source. */
  readonly from: readonly string[];
  /** Items accepted before the stage; the `out` of the stage before it, or its part of that. For a source: items read. */
  readonly in: number;
  /** Items that the next stages accepted, in all; for a sink: items delivered. */
  readonly out: number;
  /** Items that ended well with one or more outputs; for operator stages: items fed; for `batch`: items that left in one. */
  readonly ok: number;
  /** Items that ended well without output; of a route also those for a branch that had ended early. */
  readonly filtered: number;
  /** Items that failed for good and were dropped, by `onError: 'skip'`. */
  readonly skipped: number;
  /** Items that failed for good and became dead letters, by `onError: 'deadLetter'`. */
  readonly deadLettered: number;
  /** Items that failed for good and with them the run, by `onError: 'fail'`. */
  readonly failed: number;
  /** Items that had no outcome yet when the run ended early. */
  readonly cancelled: number;
  /** Attempts beyond the first one of an item; for a sink, writes that were repeated. */
  readonly retries: number;
  /** Items that came to a source of its own accord and were never read, as it had no room or the run ended early; 0 for all other stages. */
  readonly dropped: number;
  /** What the setups of the stage gave; undefined without `setup`. */
  readonly resources?: ResourceCounts | undefined;
  /**
   * What waited before the stage. Of a stage with several queues: what each may hold, and the most in the fullest. All are 0 for a source, and
   * for a stage that gets its items within a visit to a lane.
   */
  readonly queue: {
    /** Items that may wait. */
    readonly capacity: number;
    /** Most items that waited. */
    readonly peak: number;
    /** Most bytes that waited, of strings, buffers and typed arrays; absent when none were counted. */
    readonly peakBytes?: number | undefined;
  };
  /** Time with work running, in ms; the three add up to the life of the stage. */
  readonly busyMs: number;
  /** Time with nothing to do but to wait for room in the next stage, in ms. */
  readonly blockedMs: number;
  /** Time without input, in ms. */
  readonly starvedMs: number;
  /** By lane; empty for a stage that runs in none. */
  readonly lanes: readonly LaneShare[];
}

/**
 * The stage that the others waited for: the one that used most of what it may use. When nothing was used to more than half, more of it would
 * not have helped, and `text` says so.
 */
export interface Bottleneck {
  /** Name of the stage. */
  readonly stage: string;
  /** What was used up: the kind of the stage, or the main thread, which all stages share that run in no lane. */
  readonly why: 'source' | 'io' | 'cpu' | 'main thread' | 'sink';
  /** A sentence for people. */
  readonly text: string;
}

/** A stage that stands in the wrong place, or does there what it should not. */
export interface Warning {
  /** Name of the stage. */
  readonly stage: string;
  /** A sentence for people: what, by how much, and what to do. */
  readonly text: string;
}

/** What a run did: what it resolves with, and `report` of the error of a run that failed or was cancelled. */
export interface RunReport {
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** A report on an error has `failed` or `cancelled`; a run that resolves has one of the others. */
  readonly outcome: 'completed' | 'drained' | 'failed' | 'cancelled';
  /** When it was started. */
  readonly startedAt: Date;
  /** From the start until all was released, in ms. */
  readonly elapsedMs: number;
  /** Items read from the sources. */
  readonly read: number;
  /** Items that the sinks took, and a reader. */
  readonly delivered: number;
  /** Items in memory at most, as planned; null when the plan could not know. */
  readonly bound: number | null;
  /** Most items that were in memory at once, those in batches one by one. */
  readonly peak: number;
  /** Where dead letters went, and how many were written; undefined when the flow does not say where. */
  readonly deadLetters?:
    | {
        /** Name of that sink. */
        readonly sink: string;
        /** Letters that it has taken. */
        readonly written: number;
      }
    | undefined;
  /** Of a run that failed or was cancelled when sinks had begun to commit: which had. Undefined for all other runs. */
  readonly commits?:
    | {
        /** Names of the sinks that have committed. */
        readonly committed: readonly string[];
        /** Names of those whose commit had begun and has not succeeded: what they had written may be visible. */
        readonly begun: readonly string[];
      }
    | undefined;
  /** In the order of the plan: from sources to sinks. */
  readonly stages: readonly StageReport[];
  /** What the run waited for most. */
  readonly bottleneck: Bottleneck;
  /** One a stage at most; empty when nothing was seen. */
  readonly warnings: readonly Warning[];
}

declare module '../../errors.js' {
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
