import type { ResourceCounts } from '../lane/index.js';
import type { StageKind } from '../plan/index.js';
import type { EdgeGauge } from '../queue/index.js';
import type { LaneWork, StageFigures } from './measure/figures.js';
import type { Activity, Meter } from './measure/meter.js';

/** Outcomes so far. What came in and has none yet is in flight, or cancelled once the run has ended. */
export interface Counts {
  ok: number;
  filtered: number;
  skipped: number;
  deadLettered: number;
  failed: number;
}

export function noCounts(): Counts {
  return { ok: 0, filtered: 0, skipped: 0, deadLettered: 0, failed: 0 };
}

/** What one stage did of several that run in one visit. */
export interface StagePart {
  readonly counts: Counts;
  /** Items that came from the stage before; of no meaning for the first one. */
  readonly entered: number;
  /** Its part of the busy time of all, from 0 to 1. */
  readonly share: number;
  readonly lanes: readonly LaneWork[];
}

/**
 * A live stage. It never waits: `step` does what can be done now and returns, callbacks of queues, tasks and lanes wake it again.
 * Counts of `in` and `out` are those of its edges. Positions are tags (`tag.ts`): numbers that tell the source of an item, too.
 */
export interface LiveStage {
  readonly name: string;
  readonly kind: StageKind;
  /** Undefined for a source; all of them for a stage that has several. */
  readonly input: EdgeGauge | undefined;
  /** Undefined for a sink; all of them for a stage that has several. */
  readonly output: EdgeGauge | undefined;
  readonly counts: Counts;
  readonly meter: Meter;
  /** True once the stage has seen END, given out everything and ended its output. */
  readonly ended: boolean;
  /** Items that are in the stage itself: neither before it nor in the next queue. */
  readonly held: number;
  /** Lowest position from `low` on among those; undefined when there is none. */
  readonly lowestPosition: (low: number) => number | undefined;
  /** Share of its capacity for work that is in use now, from 0 to 1. */
  readonly load: number;
  readonly activity: Activity;
  readonly lanes: readonly LaneWork[];
  /** When it stands for the stages of one visit: what each of them did, in order. */
  readonly parts?: readonly StagePart[] | undefined;
  /** Attempts beyond the first one of an item; absent where nothing is tried again. */
  readonly retries?: number;
  /** Items that a source which cannot be slowed down had no room for; absent for all other stages. */
  readonly dropped?: number;
  /** What its tasks took; absent where no task runs. */
  readonly figures?: StageFigures;
  /** What its setups gave; absent without any. */
  readonly resources?: ResourceCounts | undefined;
  /** Does what can be done now, at most about a thousand items. True when it could go on at once. */
  readonly step: () => boolean;
  /** The stage is not needed any more: gives up what it holds and starts nothing. Runs once; work that is running settles unseen. */
  readonly stop: (reason: unknown) => void;
  /** Resolves when what the stage held is given back, after a stop too, with what that threw and nobody was told. */
  readonly released?: () => Promise<readonly unknown[]>;
}

/** What is known of an item that has failed for good. */
export interface Rejection {
  readonly item: unknown;
  /** Of the source item it descends from; -1 when none is known. */
  readonly position: number;
  readonly error: unknown;
  /** Attempts that were made, from 1. */
  readonly attempts: number;
}

/**
 * What became of an item that has failed for good. `full`: the dead letters have no room now; the item keeps its place, and the stage is
 * woken when it may ask again. `failed`: the run fails with it.
 */
export type Fate = 'skipped' | 'deadLettered' | 'failed' | 'full';

/** What a stage tells its run. */
export interface StageHost {
  /** The stage has something to do. */
  readonly wake: (stage: LiveStage) => void;
  /** True when the main thread has not reached the event loop for a while. */
  readonly overdue: () => boolean;
  /** The run fails. `position` is -1 when no source item is known; `attempt` is 1 when it is left out. */
  readonly fail: (stage: LiveStage, position: number, error: unknown, attempt?: number) => void;
  /** An item has failed for good: what becomes of it is as the plan says. Counted in `stage.counts` by the run, unless it is `full`. */
  readonly reject: (stage: LiveStage, rejection: Rejection) => Fate;
  /** The run fails, and no item is to blame. A `PlanError` stands for itself. */
  readonly broken: (stage: LiveStage, error: unknown) => void;
  /** The stage wants no more input, though there may be: what lies before it can end. */
  readonly satisfied: (stage: LiveStage) => void;
}
