import type { Finish, Size } from '../contender.js';

/** What the harness asks of a process that it has started for one contender and one round. */
export interface TrialOrder {
  /** URL of the module that exports `scenarios`. */
  readonly suite: string;
  readonly scenario: string;
  readonly contender: string;
  readonly warmUp: Size;
  readonly measured: Size;
}

/** One measured run. Start and end of worker threads lie within it, loading the contender's modules and the warm-up before it. */
export interface Measure extends Finish {
  /** Items that it was given; `count` are the outputs. */
  readonly items: number;
  readonly elapsedMs: number;
  /** Time that a run with a single item took, before: what starting and ending costs. */
  readonly startMs: number;
  /** Of all threads and child processes. */
  readonly cpuMs: number;
  /** Most memory that was resident: of the process since its start, and of its child processes at any time that was looked at. */
  readonly peakBytes: number;
  /** Share of the time that the main thread's event loop did not wait, 0 to 1. */
  readonly mainBusy: number;
}

export type TrialAnswer =
  | { readonly kind: 'measured'; readonly measure: Measure }
  | { readonly kind: 'threw'; readonly message: string };
