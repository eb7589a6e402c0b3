import type { ResourceLimits } from '../declare/options/limits.js';
import type { Tolerance } from '../declare/tolerance.js';

/** The machine that a plan is made for: `pipeline.plan(params, { cores: 8 })` tells how it would run on another. */
export interface Machine {
  /** Cores that this program may use, ≥ 1: the smaller of what the system offers and what its cgroup grants, rounded up. */
  readonly cores: number;
}

/**
 * What a stage is, as plans and reports say. `inline`: operators of RxJS without a tag. `route`: wherever a flow parts or joins, by `route`,
 * `tee` or `merge`. The end of a flow without a sink is a `sink`, too, named `output`.
 */
export type StageKind = 'source' | 'io' | 'cpu' | 'inline' | 'batch' | 'route' | 'sink';

/** Where a stage runs: on the event loop, on a pool of worker threads or of child processes, or on the main thread by its neighbours. */
export type Placement = 'loop' | 'threads' | 'processes' | 'inline';

/** Whether what is placed there runs in the lanes of a pool. */
export function isPooled(placement: Placement): boolean {
  return placement === 'threads' || placement === 'processes';
}

/** Lanes that some of the cpu stages share: those of the same isolation and the same memory limits. */
export interface PoolPlan {
  /** Whether a lane is a worker thread or a child process. */
  readonly isolation: 'thread' | 'process';
  /** Lanes, ≥ 1: as many as the run asks for, but no more than its stages can use. */
  readonly workers: number;
  /** Limits of the memory of each worker, in MiB; undefined when none is set. */
  readonly resourceLimits: ResourceLimits | undefined;
  /** Names, in the order of the flow. */
  readonly stages: readonly string[];
}

/** How often and how soon an item is tried again. */
export interface RetryPlan {
  /** Attempts of one item in all, ≥ 2. */
  readonly attempts: number;
  /** Longest delay before the second attempt, in ms. */
  readonly delayMs: number;
  /** Each further delay may be so many times as long, ≥ 1. */
  readonly factor: number;
  /** No delay is longer, in ms. */
  readonly maxDelayMs: number;
  /** Delays are random, from none to the longest; false: always the longest. */
  readonly jitter: boolean;
}

/** One way on from a route or a tee. */
export interface BranchPlan {
  /** Undefined where the flow itself goes on. */
  readonly name: string | undefined;
  /** Name of the stage that it leads to. */
  readonly to: string;
}

/** What holds for the chain of operators of a stage. */
export interface ChainPlan {
  /** Inputs less outputs at most; undefined without a limit. */
  readonly maxPending: number | undefined;
  /** Keys known at most; undefined without `key`. */
  readonly maxKeys: number | undefined;
  /** Time without an item after which the instance of a key is completed, in ms; undefined: only at the end. */
  readonly keyIdleMs: number | undefined;
  /** Undefined: outputs have no position. */
  readonly lineage: 'sync' | undefined;
}

/**
 * What becomes of an item whose last attempt has failed. `fail`: the run fails with it. `skip`: it is dropped and counted. `deadLetter`: a
 * dead letter is written, and it is counted.
 */
export type OnError = 'fail' | 'skip' | 'deadLetter';

/** How many attempts may start, and when. */
export interface RatePlan {
  /** Attempts that start within any `perMs`, at most. */
  readonly limit: number;
  /** Length of that time, in ms. */
  readonly perMs: number;
  /** Each key has a limit of its own. */
  readonly keyed: boolean;
  /** The limit is that of a `rateLimiter`, which other stages may have, too. */
  readonly shared: boolean;
}

/** What was decided for one stage. Fields that have no meaning for its kind are undefined. */
export interface StagePlan {
  /** Unique in the plan: the name that was declared; `inline-1`, `batch-1`, `route-1` for stages without; for ends that of the connector. */
  readonly name: string;
  /** What the stage is. */
  readonly kind: StageKind;
  /** Names of the stages that feed it, one for each queue before it; none for a source. */
  readonly from: readonly string[];
  /** Where a route or a tee leads to, in order; empty for all others, which lead to one place at most. */
  readonly branches: readonly BranchPlan[];
  /**
   * Items in each of what comes to it, at most: behind a `batch`, where that is an array, its size. All other numbers of the stage count such
   * arrays. Undefined elsewhere, and behind a task or operators that got arrays: what they give counts as one item each.
   */
  readonly itemsEach?: number | undefined;
  /** Where it runs. */
  readonly executor: Placement;
  /** Lanes at most; of a stage in lanes. */
  readonly workers: number | undefined;
  /** Tasks, or writes of a sink, running at once. */
  readonly concurrency: number | undefined;
  /** Of a stage with `key` outside of lanes: tasks of one key at once. */
  readonly concurrencyPerKey: number | undefined;
  /** Undefined where starts are not limited. */
  readonly rate: RatePlan | undefined;
  /** Items admitted and not yet released, by all stages of a visit; the first one has it. */
  readonly window: number | undefined;
  /** Items that may wait before the stage, in each of its queues; undefined for the source, and for a stage that gets its items within a visit. */
  readonly capacity: number | undefined;
  /** Bytes that may wait before it besides, counted for strings, buffers and typed arrays; undefined where `capacity` is. */
  readonly capacityBytes: number | undefined;
  /** Items that a message to a lane, a batch, or a write to the sink holds at most. */
  readonly batch: number | undefined;
  /** Bytes that a write to the sink holds at most, unless it is of one item; undefined without a limit. */
  readonly batchBytes: number | undefined;
  /** Time that the first item of a batch or write waits for others, in ms; undefined: a batch for ever, a write not at all. */
  readonly batchMs: number | undefined;
  /** In which order outputs leave: of their inputs, of the inputs of each key, or as they come. */
  readonly order: 'input' | 'key' | 'none' | undefined;
  /** Items that may lie in the lanes of an operator stage before its chains take them. */
  readonly fedAhead: number | undefined;
  /** Outputs an operator stage may hold, in each of its lanes, while the next stage is full; a route: items whose branch is full. */
  readonly maxHeld: number | undefined;
  /** What holds for its operators; undefined where it has none. */
  readonly chain: ChainPlan | undefined;
  /** What becomes of an item that has failed for good; undefined where no single item can. */
  readonly onError: OnError | undefined;
  /** Time that one attempt of a task or a write may take, in ms; undefined without a limit. */
  readonly timeoutMs: number | undefined;
  /** Undefined when an item, or a write, has one attempt. */
  readonly retry: RetryPlan | undefined;
  /** Whether buffers of its outputs are moved from the lane instead of being copied. */
  readonly transfer: boolean | undefined;
  /** Items that one worker runs before it is replaced; undefined without a limit. */
  readonly maxTasksPerWorker: number | undefined;
  /** The other stages that run in the same visit to a lane, in order. */
  readonly fusedWith: readonly string[];
  /** Why it was decided so, a sentence each. */
  readonly reasons: readonly string[];
}

/** The memory bound in items, and what it leaves out. */
export interface Bound {
  /** Items in memory at most; null when the source does not say how many items one pull brings. */
  readonly items: number | null;
  /** The sum, term by term. */
  readonly terms: readonly {
    /** Name of the stage that may hold them. */
    readonly stage: string;
    /** Items that it adds; null when that is not known. */
    readonly items: number | null;
    /** Where they are, for people: `may wait before it`. */
    readonly why: string;
  }[];
  /** Names of operator stages, whose chains may retain what cannot be seen from outside. */
  readonly retaining: readonly string[];
}

/**
 * The decision of how to run a pipeline: pure data, made without clock or I/O, the same for the same pipeline, params, options and machine.
 * `explain(plan)` tells it in words.
 */
export interface Plan {
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** Lanes of all pools; 0 when no stage runs in one. */
  readonly workers: number;
  /** Who shares lanes with whom; empty when no stage runs in one. */
  readonly pools: readonly PoolPlan[];
  /** From sources to sinks: none stands before one that feeds it. */
  readonly stages: readonly StagePlan[];
  /** Items in memory at most. */
  readonly bound: Bound;
  /** What holds for items when a run does not complete, for people: `none: nothing is stored`. */
  readonly guarantee: string;
  /** Where items go that fail for good in stages with `onError: 'deadLetter'`; undefined when the flow does not say. */
  readonly deadLetters?:
    | {
        /** Name of that sink. */
        readonly sink: string;
        /** Letters that may wait for it; while there is no room, items keep their places in their stages. */
        readonly capacity: number;
      }
    | undefined;
  /** Items that may be skipped and dead-lettered in all, or their share of those read; undefined: any number. */
  readonly maxErrors?: Tolerance | undefined;
}
