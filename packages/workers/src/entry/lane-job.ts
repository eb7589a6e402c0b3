/** What the task of a lane is told beside its item. */
export interface LaneContext {
  /**
   * Aborts when the item is given up or timed out, and when the job or the pool is closed; a synchronous task cannot see it. May have any
   * number of listeners.
   */
  readonly signal: AbortSignal;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** Lane number, from 0. */
  readonly worker: number;
}

/**
 * Many outputs of one item. The `run` of a `TaskLaneJob` returns one instead of a value; the lane pulls it and pauses it when the other side has
 * no room.
 */
export class Emissions {
  /** Gives the outputs, one by one; its `return` is called when the item is given up. */
  readonly iterator: Emitting;

  constructor(iterator: Emitting) {
    this.iterator = iterator;
  }
}

/** An iterator whose `next` gives a result, or a promise of one, each time as it likes. */
export interface Emitting {
  /** The next output, or `done`. Not called again before its promise has settled. */
  readonly next: () => IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>>;
  // A method: generators of every type fit.
  /** No more outputs are wanted: releases what the iterator holds. */
  return?(value?: unknown): unknown;
}

/** Runs once for each item, one item at a time, a promise awaited before the next: a value, an `Emissions`, or a promise of either. */
export interface TaskLaneJob {
  /** Tells it from a `StreamLaneJob`. */
  readonly kind: 'task';
  /** Called for each item. What it throws, or rejects with, fails the item, and no other. */
  readonly run: (item: unknown, context: LaneContext) => unknown;
  /** Called once in each lane, when the job or the lane ends and none of its items runs there: releases what the resolver acquired. */
  readonly close?: () => void | Promise<void>;
  /** What the job has to say of what it ran since it was last asked; asked for each reply, which carries it. Structured-cloneable. */
  readonly note?: () => unknown;
}

/** Where a body puts its outputs. The lane makes it; the body calls it at any time, until `error` or `complete`. */
export interface StreamOut {
  /** Brings an output; it is held back while there is no credit for it. */
  readonly next: (value: unknown) => void;
  /** Ends the body with an error. */
  readonly error: (error: unknown) => void;
  /** Ends the body: no more outputs. */
  readonly complete: () => void;
  /** `release` of the body has something to do. */
  readonly wake: () => void;
}

/** A stateful body that lives in one lane, which feeds it item by item. */
export interface StreamBody {
  /** Feeds one item, and the tag that was fed beside it; outputs may come during the call or later. */
  readonly next: (item: unknown, tag: unknown) => void;
  /** No more items. */
  readonly complete: () => void;
  /** Drops the body. */
  readonly close: () => void;
  /**
   * Lets go of one thing that waited for room, which may emit. True when there was one. Asked while there is room: before each item, and
   * after `StreamOut.wake` and `complete`.
   */
  readonly release?: () => boolean;
  /** What the body has to say of what it did since it was last asked; asked whenever something may be sent. Undefined: nothing. Cloneable. */
  readonly note?: () => unknown;
}

/** One stateful body per lane and job. */
export interface StreamLaneJob {
  /** Tells it from a `TaskLaneJob`. */
  readonly kind: 'stream';
  /** Makes the body, once; outputs go to `out`. */
  readonly open: (out: StreamOut, context: LaneContext) => StreamBody;
  /** Outputs that may be held back for want of credit; beyond it `stalled(held)` is the error that ends the body. */
  readonly maxHeld: number;
  /** Makes that error, of the number of outputs that are held back. */
  readonly stalled: (held: number) => Error;
  /** It is told which fed item each output came of. Then all outputs are to come while an item is fed; the body sees to it. */
  readonly traced?: boolean;
}

/** What a resolver makes of the spec of a job, in a lane: what runs the items there. */
export type LaneJob = TaskLaneJob | StreamLaneJob;

/** What a resolver is told of the lane that it loads a job in. */
export interface LaneScope {
  /** Aborts when the job or the pool is closed. */
  readonly signal: AbortSignal;
  /** Lane number, from 0. */
  readonly worker: number;
}

/** What the module named by `LanePoolOptions.resolver` exports. Called once for each job and lane; rejects when the job cannot be loaded. */
export type ResolveLaneJob = (spec: unknown, scope: LaneScope) => Promise<LaneJob>;
