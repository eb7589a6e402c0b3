import type { LaneReport } from '../lanes/lane-event.js';
import type { Task } from './task.js';

/** Options of one call. */
export interface CallOptions {
  /** Gives the call up: it rejects with the reason of the signal at once, and the signal of the task aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Time that one item may take in its lane, in ms, waiting not included; beyond it the item fails with a `TimeoutError`. Default: no limit. */
  readonly timeoutMs?: number | undefined;
  /** Results whose ArrayBuffer is wholly theirs are moved from the worker instead of being copied. Arguments never are. Default false. */
  readonly transfer?: boolean | undefined;
}

/** Options of a call for many items. */
export interface MapOptions extends CallOptions {
  /** Items that are read from the input and not yet handed out as results, at most. Default 2048 × workers. */
  readonly bufferSize?: number | undefined;
  /** Items that cross to a lane in one message, at most; fewer while they are large. Default: as many as take about 20 ms, up to 1024. */
  readonly chunkSize?: number | undefined;
}

/** What became of one item, as `Promise.allSettled` puts it. */
export type Settled<R> =
  | {
      /** Of the item in the input, from 0. */
      readonly index: number;
      /** The task has given a result. */
      readonly status: 'fulfilled';
      /** The result. */
      readonly value: R;
    }
  | {
      /** Of the item in the input, from 0. */
      readonly index: number;
      /** The item has failed. */
      readonly status: 'rejected';
      /** What a `submit` of the item would have rejected with. */
      readonly reason: unknown;
    };

/** What the maps of a pool take: anything that `for await` takes. It is read only as far as there is use for it. */
export type Items<I> = Iterable<I> | AsyncIterable<I>;

/**
 * Runs tasks. Pools of threads, of processes and of the event loop are all of this type.
 *
 * A call fails with what its task threw (class, message, `code`, `cause` and own fields kept), with a `CloneError` that names the member
 * which cannot cross to or from a worker, a `TimeoutError`, a `WorkerDeathError` when the item itself ended its worker, a `TaskError` or an
 * `ImportError` when the task cannot be had in a worker, or a `ClosedError`. When a worker dies, the other items that it held are run again,
 * and so are those of a batch in which one gave what cannot be read: a task may run more than once, and only then.
 */
export interface TaskPool extends AsyncDisposable {
  /**
   * Runs a task for one item. Never throws and never rejects for want of room: see `room`. Calls of the same turn of the event loop cross
   * together. The item is copied when it is sent, in a later microtask.
   */
  readonly submit: <I, R>(task: Task<I, R>, item: I, options?: CallOptions) => Promise<R>;
  /**
   * Results in the order of the items. Begins with the first `next()`; reads the input only as far as lanes have use for it, at most `bufferSize`
   * ahead. Ends at the first error in that order, after the results before it; then, as after a `break`, the rest is given up and the
   * input is told to return.
   */
  readonly map: <I, R>(task: Task<I, R>, items: Items<I>, options?: MapOptions) => AsyncIterableIterator<R>;
  /** As `map`, but each result as soon as it is there, in any order. Ends at the first error. */
  readonly mapUnordered: <I, R>(task: Task<I, R>, items: Items<I>, options?: MapOptions) => AsyncIterableIterator<R>;
  /** What became of each item, as soon as it is certain. Errors of items do not end it; those of the input and of the pool do. */
  readonly asCompleted: <I, R>(task: Task<I, R>, items: Items<I>, options?: MapOptions) => AsyncIterableIterator<Settled<R>>;
  /**
   * Resolves when fewer than `capacity` submitted items wait: at once, or when there is room again. Callers that submit as soon as theirs has
   * resolved never exceed the capacity, however many they are. Rejects with a `ClosedError` when the pool is drained or cancelled.
   */
  readonly room: () => Promise<void>;
  /** Submitted items that no lane has taken yet, and those that wait to be run again. */
  readonly waiting: number;
  /** Items that lanes hold, those of maps included. */
  readonly running: number;
  /** What each lane has done so far. */
  readonly lanes: readonly LaneReport[];
  /**
   * Takes no further calls, lets those made before come to their end (a map that has begun until it has been read to its end or left), and ends
   * the lanes. A second call gives the same promise. Rejects when a `teardown` failed.
   */
  readonly drain: () => Promise<void>;
  /**
   * Stops now: calls that are under way reject with a `ClosedError` whose cause is `reason`, signals of tasks abort with it, and what still
   * runs after `graceMs` is terminated. Resolves when no lane is left. Of the calls that nobody looks at, none makes an unhandled rejection.
   */
  readonly cancel: (reason?: unknown) => Promise<void>;
  /** Calls `body` with this pool, then drains it; when `body` throws, cancels it and throws the same. */
  readonly use: <T>(body: (pool: TaskPool) => T | PromiseLike<T>) => Promise<T>;
}
