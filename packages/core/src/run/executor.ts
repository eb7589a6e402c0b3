import type { Key } from '../declare/key.js';
import type { ResourceCounts } from '../lane/index.js';
import type { Emission } from './emission.js';
import type { LaneWork, StageFigures } from './measure/figures.js';
import type { StagePart } from './stage.js';

/** What an executor must know of items that are tried again. */
export interface Retries {
  /** Which attempt the item in a slot is at, from 1. */
  readonly attempt: (slot: number) => number;
  /**
   * Admits, as `Work.admit` does, but only an item whose next attempt is due. It must not wait for tasks that pause in the midst of their
   * outputs: they may pause because its output comes before theirs.
   */
  readonly next: () => number;
  /** Nothing is to be started now, not even what was admitted before and lost since; `advance` follows. */
  readonly resting: boolean;
}

/**
 * The stage as its executor sees it: it hands out items and takes what became of them. An item is known by its slot from `admit` until
 * exactly one of `value`, `many`, `none` and `failed` was called for it. One that failed, at once or in the midst of `many`, may be
 * admitted again in the same slot, as its next attempt.
 */
export interface Work {
  /** Admits the next item: its slot, or -1 when nothing waits, the window is full, or the stage rests. */
  readonly admit: () => number;
  /** Items that wait to be admitted, for the first time or again, and would find a place in the window. */
  readonly waiting: () => number;
  /** Absent: the stage tries nothing again, every attempt is a first one. */
  readonly retries: Retries | undefined;
  readonly item: (slot: number) => unknown;
  /** Of a stage that releases in input order: how many admitted items are older. A lane runs its items in order of age, see `PoolExecutor`. */
  readonly age?: ((slot: number) => number) | undefined;
  /** Of a stage with `key`: the key of each item, and whether it is the oldest one of its key that is not released. */
  readonly keys?: { readonly of: (slot: number) => Key; readonly isFirst: (slot: number) => boolean } | undefined;
  /** The item gave one output. */
  readonly value: (slot: number, output: unknown) => void;
  /** The item gave these outputs, or gives them as they come. */
  readonly many: (slot: number, emission: Emission) => void;
  /** The item gave no output. */
  readonly none: (slot: number) => void;
  readonly failed: (slot: number, error: unknown) => void;
  /** The executor cannot run any item. */
  readonly broken: (error: unknown) => void;
  /** Something has settled outside of `advance`: step the stage. */
  readonly wake: () => void;
}

/** A place that runs the items of one stage. Every implementation runs the suite in executor.contract.ts. */
export interface Executor {
  /** Items that run now, or lie in a lane. */
  readonly running: number;
  /** Share of its capacity in use, from 0 to 1. */
  readonly load: number;
  readonly lanes: readonly LaneWork[];
  /** What items took; nothing while none has ended. */
  readonly figures: StageFigures;
  /** What its lanes have of resources, where they cannot count that in memory they share. */
  readonly resources?: ResourceCounts | undefined;
  /** When it runs several stages in one visit: what each of them did. */
  readonly parts?: readonly StagePart[] | undefined;
  /** Takes and starts what it can. Called by the stage when items may wait or the window may have room. */
  readonly advance: () => void;
  /** Starts nothing any more; what still runs settles unseen. A second stop is ignored. */
  readonly stop: (reason: unknown) => void;
  /**
   * Gives the resources of the stage back, when nothing runs any more; to be called after the last item, or after `stop`. Resolves with
   * what that threw; further calls give the same promise. Absent when the stage has no resource.
   */
  readonly close?: (() => Promise<readonly unknown[]>) | undefined;
}
