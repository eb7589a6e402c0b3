import type { ResourceCounts } from '../lane/index.js';
import type { StageKind } from '../plan/index.js';
import type { CoursePoint } from './course.js';
import type { Spread } from './histogram.js';

/** What one lane did for a stage. `busyMs` and `idleMs` add up to the life of the stage. */
export interface LaneShare {
  /** Number of the lane in its pool, from 0. */
  readonly worker: number;
  /** Items of this stage that it has run. */
  readonly items: number;
  /** Time in which it had an item of this stage, in ms. */
  readonly busyMs: number;
  /**
   * The rest of the time: there was no item for it, the stage's outputs found no room, its worker was starting, or it worked for another
   * stage. A lane is never blocked: a stage without room gives up its place in it.
   */
  readonly idleMs: number;
  /** Workers that were started in the place of dead ones. */
  readonly restarts: number;
}

/** How large the batches of a stage were, in items. */
export interface BatchSizes {
  /** Batches. */
  readonly count: number;
  /** Items of a batch on the mean. */
  readonly mean: number;
  /** Items of the largest batch. */
  readonly largest: number;
  /** The size over time, 32 points at most: each is the mean of as many batches as the others, and each batch one while they are few. */
  readonly sizes: readonly CoursePoint[];
}

/**
 * What tasks took, and what it took to bring items to them. Of stages that run in one visit to a lane, each has its part of `run`, by its
 * share of the busy time, and counts the items of the visit; all other figures stand with the first of them.
 */
export interface StageFigures {
  /**
   * Time that an item took in its task, in ms; each attempt counts. In lanes: the time of a batch, with packing its outputs, by its items,
   * so exact for batches of one. On the event loop: from the call until its promise settled, of each task while they are few and of every
   * thirteenth while they are many; without tasks that give several outputs. Absent before the first item, and where no task runs.
   */
  readonly run?: Spread | undefined;
  /**
   * Time that an item was with its lane and not worked on, in ms, there and back: from the hand-over of its batch until the reply was read,
   * less the work on that batch. Packing, both messages, the batch before it, a worker that starts, and a main thread that is late are in
   * it; the queue before the stage is not. Absent on the event loop, which takes an item only when it begins it.
   */
  readonly wait?: Spread | undefined;
  /** Time of the main thread for packing, posting and unpacking, in ms; what a port does to read a message is not seen. Absent without lanes. */
  readonly handOverMs?: number | undefined;
  /**
   * Bytes of the batches that crossed as columns, records, long strings or buffers; clones are not counted, as only the port knows their size. Absent
   * when none crossed so.
   */
  readonly bytes?:
    | {
        /** Bytes that went to lanes: inputs. */
        readonly sent: number;
        /** Bytes that came back: outputs. */
        readonly received: number;
      }
    | undefined;
  /** Of a stage in lanes the batches that went to them. Absent where none went. */
  readonly batches?: BatchSizes | undefined;
  /** Time in which a task could have begun but for the stage's `rate`, in ms; it counts as busy. Absent without `rate`. */
  readonly rateHeldMs?: number | undefined;
}

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
