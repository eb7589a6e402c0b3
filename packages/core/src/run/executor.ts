import type { Emission } from './emission.js';
import type { Key } from './keyed-window.js';
import type { LaneShare } from './report.js';
import type { StagePart } from './stage.js';

/**
 * The stage as its executor sees it: it hands out items and takes what became of them. An item is known by its slot from `admit` until
 * exactly one of `value`, `many`, `none` and `failed` was called for it.
 */
export interface Work {
  /** Admits the next waiting item: its slot, or -1 when nothing waits or the window is full. */
  readonly admit: () => number;
  readonly item: (slot: number) => unknown;
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
  readonly lanes: readonly LaneShare[];
  /** When it runs several stages in one visit: what each of them did. */
  readonly parts?: readonly StagePart[] | undefined;
  /** Takes and starts what it can. Called by the stage when items may wait or the window may have room. */
  readonly advance: () => void;
  /** Starts nothing any more; what still runs settles unseen. A second stop is ignored. */
  readonly stop: (reason: unknown) => void;
}
