import type { CloneError, TimeoutError, WorkerDeathError } from '../errors.js';

/** Items that cross to a lane in one message. The job may hang its own fields on it: the pool hands the same object back. */
export interface Batch {
  /** In the order in which they run; each is copied when the batch is sent. */
  readonly items: readonly unknown[];
  /**
   * Outputs that expanding items may bring before the batch pauses, beyond the one that every item may: what the caller has room for.
   * Default 1024.
   */
  readonly spare?: number | undefined;
  /** Which attempt this is of each item, from 1: tasks see it in their context. Absent: the first one of all. */
  readonly attempts?: readonly number[] | undefined;
}

/**
 * What is known of the item that ended a lane: its index in the batch; `none` when none of this batch was running; `unknown` when
 * one of them may have been, as of a process, or when it may as well have been an item that was paused and awaited a promise, or what an item
 * has left running that was given up or ran out of time. Items of an unknown batch are to be taken again one by one; one that was taken so is
 * it, if its batch is lost as unknown again.
 */
export type Suspect = number | 'none' | 'unknown';

/** Why a batch was lost: its worker died, or was ended for an item of it; or it, or what came of it, could not be read at the other end. */
export type Loss = WorkerDeathError | TimeoutError | CloneError;

/** What it took to bring a batch to its lane and what came of it back: of each reply since the one before it. */
export interface Crossing {
  /** Time that the main thread spent on packing, posting and unpacking, in ms. What a port does to read a message is not seen. */
  readonly handMs: number;
  /**
   * Time from the hand-over of the batch, or from its resumption, until its reply was read, less `busyMs`: the messages, the lane's
   * start when it had no worker yet, other work of the lane, and what the main thread did before it came to the reply. In ms.
   */
  readonly waitMs: number;
  /** Bytes of items that went as columns, records, strings or buffers; clones are not counted. */
  readonly sentBytes: number;
  /** Bytes of outputs that came as columns, records, strings or buffers; clones are not counted. */
  readonly receivedBytes: number;
}

/** What a lane reports of a batch, or of a part of it when `more` is set. */
export interface Reply {
  /** Number of the lane that ran the batch. */
  readonly lane: number;
  /** Outputs of the items that this reply covers, in item order. */
  readonly values: readonly unknown[];
  /**
   * Outputs of each covered item. Absent: exactly one for each item of the batch. A reply covers the items from the first one
   * not yet finished; with `more` the last one covered is unfinished and goes on in the next reply.
   */
  readonly counts: readonly number[] | undefined;
  /**
   * Items that failed, by their index in the batch: their task threw, or they or one of their outputs cannot be cloned (a `CloneError`).
   * What a failed item emitted before counts in `counts`.
   */
  readonly failures:
    | readonly {
        /** Of the item, from 0. */
        readonly index: number;
        /** What the task threw, with its class where that is known here; or a `CloneError`, or a `TimeoutError`. */
        readonly error: unknown;
      }[]
    | undefined;
  /** An item is paused in the midst of its outputs and holds no lane: call `JobHandle.resume(batch)` for the rest. */
  readonly more: boolean;
  /**
   * Items at the end of the batch that the lane gives back, since those before them took long: they have no outcome, and may be taken again, but
   * for those that were given up. The reply is the last one of the batch.
   */
  readonly returned: number;
  /** Time the lane spent on what this reply covers, in ms. */
  readonly busyMs: number;
  /** What `TaskLaneJob.note` gave for this reply. */
  readonly note?: unknown;
  /** Absent where nothing crosses: in the lanes of the event loop. */
  readonly crossing?: Crossing | undefined;
}

/**
 * Items whose order and outcome the caller keeps; any lane may run any batch. Calls come from the pool, never from within a call into
 * it, and must not throw. After `broken`, `JobHandle.close()` or `LanePool.close()` there are none.
 */
export interface Job<B extends Batch = Batch> {
  /** Structured-cloneable; each lane's resolver turns it into a `LaneJob`. */
  readonly spec: unknown;
  /** Lanes that may hold batches of this job at the same time, ≥ 1. */
  readonly maxLanes: number;
  /** Items a batch holds at most, ≥ 1. The pool asks for fewer while tasks are slow. */
  readonly maxBatch: number;
  /** Time that one item may take in its lane, in ms; beyond it the item fails with a `TimeoutError`. Default: no limit. */
  readonly timeoutMs?: number | undefined;
  /**
   * Items of this job that one worker runs; then it is replaced, once it holds nothing any more. A worker that a stream or a paused item
   * keeps runs one more when else nothing would go on. Default: no limit.
   */
  readonly maxTasksPerWorker?: number | undefined;
  /** Outputs whose ArrayBuffer is wholly theirs are moved to the main thread instead of being copied. Default false. */
  readonly transfer?: boolean | undefined;
  /** Pool asks for up to `max` items, for this lane, which has room. Undefined: nothing waits for it; `JobHandle.poke()` when something does. */
  readonly take: (max: number, lane: number) => B | undefined;
  /**
   * Items that wait to be taken. Few are shared out among the lanes: one that took them all would keep the others idle. Default: not known, and
   * each lane is asked to hold as many as a batch should.
   */
  readonly waiting?: (() => number) | undefined;
  /**
   * Each item is for a certain lane: a batch of it may wait there behind one that takes long, since no other lane could run it meanwhile.
   * Default false.
   */
  readonly isBound?: boolean | undefined;
  /** Every batch taken ends by replies, the last without `more`, or by one `lost`. */
  readonly reply: (batch: B, reply: Reply) => void;
  /**
   * The lane ended with the batch, or what was sent of it could not be read at the other end. Items that earlier replies of this batch covered stand; the others have no outcome and may be taken
   * again, but for the suspect: it fails with `why`, which is the death, a `TimeoutError` when the lane was ended for its sake, or a
   * `CloneError` for what could not be read.
   */
  readonly lost: (batch: B, suspect: Suspect, why: Loss) => void;
  /** The job cannot run at all: it could not be loaded, or the pool gave up on its lanes. Comes once; batches in flight end with it. */
  readonly broken: (error: Error) => void;
}

/** The caller's half of a `Job`. */
export interface JobHandle<B extends Batch = Batch> {
  /** Work may wait: the pool asks `take` for it in a later microtask. */
  readonly poke: () => void;
  /** Lets a batch go on whose last reply had `more`. */
  readonly resume: (batch: B, spare?: number) => void;
  /**
   * Gives one item of a batch up: its signal aborts with `reason`, what comes of it is told no more (its place in the reply holds no
   * output), and a lane that still runs it after `graceMs` is ended, its other items lost with suspect `none`. No effect once it was covered.
   */
  readonly cancel: (batch: B, index: number, reason: unknown) => void;
  /**
   * Forgets the job and its batches; iterators that are paused are told to return. Resolves when each lane has closed the job, at most
   * `graceMs` after its last item there, with what the closings threw.
   */
  readonly close: () => Promise<readonly unknown[]>;
  /** What of the job its workers had to release so far. */
  readonly closings: {
    /** Workers in which the job was loaded and has something to release. */
    readonly owed: number;
    /** Those of them in which that has come to its end, well or not. */
    readonly done: number;
  };
}

/** A stateful body that lives in one lane: fed in order, emits when it likes. */
export interface StreamJob {
  /** Structured-cloneable; the resolver of the lane turns it into a `StreamLaneJob`. */
  readonly spec: unknown;
  /**
   * Outputs have come, in their order.
   *
   * @param counts of a traced stream: outputs of each item that is consumed with them, in order; those beyond are of the item after them,
   * which goes on
   */
  readonly values: (values: readonly unknown[], counts: readonly number[] | undefined) => void;
  /** So many more of the fed items have been consumed by the body; told after their values. `note` is what `StreamBody.note` gave. */
  readonly consumed: (count: number, busyMs: number, note: unknown) => void;
  /** The body ended, by itself or after `end()`; nothing comes after it. */
  readonly completed: () => void;
  /**
   * The body failed, its lane died, or it could not be loaded; nothing comes after it.
   *
   * @param feeding it failed while it was fed the first of the items that are not consumed
   */
  readonly failed: (error: unknown, feeding: boolean) => void;
}

/** The feeding half of a `StreamJob`. */
export interface StreamFeed {
  /** Number of the lane that holds the body. */
  readonly lane: number;
  /** Sends items, and beside each a tag (a primitive) if the body wants one; the lane feeds them one by one, each only while it has credit for outputs and holds none back. */
  readonly feed: (items: readonly unknown[], tags?: readonly unknown[]) => void;
  /** Allows so many more outputs to come. */
  readonly grant: (outputs: number) => void;
  /** END: no more items will be fed. */
  readonly end: () => void;
  /** Drops the body; nothing comes after it. */
  readonly close: () => void;
}
