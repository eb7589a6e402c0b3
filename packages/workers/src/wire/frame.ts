import type { Packed } from '../codec/codec.js';
import type { Thrown } from './remote-error.js';
import type { Running } from './running-cell.js';
import type { FromStore, ToStore } from './store-message.js';

/** Where lanes find their `ResolveLaneJob`. */
export interface ResolverName {
  /** URL of the module that exports it. */
  readonly module: string;
  /** URL of a file that exports the same and needs few others, for lanes that are started compact. */
  readonly compact?: string | undefined;
  /** Name of the export. */
  readonly export: string;
}

/** An item that has failed or must not run, by its index in the batch. */
export interface FailureFrame {
  readonly index: number;
  readonly error: Thrown;
}

/** From the pool to a lane. Jobs and batches are known by number, batches uniquely within a pool. */
export type ToLane =
  /** Comes once before anything else of that job. */
  | {
      readonly kind: 'open';
      readonly job: number;
      readonly spec: unknown;
      /** Time that one item may take, in ms. */
      readonly timeoutMs: number | undefined;
      /** Outputs are moved instead of being copied. */
      readonly transfer: boolean;
    }
  /** `refused`: items that could not be cloned; in `values` undefined stands for them, and they fail without being run. */
  | {
      readonly kind: 'batch';
      readonly job: number;
      readonly batch: number;
      readonly values: Packed;
      readonly refused: readonly FailureFrame[] | undefined;
      /** Outputs beyond one an item before the batch pauses. */
      readonly spare: number;
      /** Attempt of each item; undefined when all are first ones. */
      readonly attempts: readonly number[] | undefined;
    }
  /** Gives one item up: aborts its signal, or does not begin it. */
  | { readonly kind: 'cancel'; readonly batch: number; readonly index: number; readonly reason: Thrown }
  /** Goes on with a batch whose last reply had `more`. */
  | { readonly kind: 'resume'; readonly batch: number; readonly spare: number }
  /** `tags`: one for each item, primitives, where the body wants them. */
  | { readonly kind: 'feed'; readonly job: number; readonly values: Packed; readonly tags: readonly unknown[] | undefined }
  | { readonly kind: 'grant'; readonly job: number; readonly outputs: number }
  | { readonly kind: 'end'; readonly job: number }
  /** Forgets the job and all of its batches; nothing of it is answered any more but `dropped`. */
  | { readonly kind: 'drop'; readonly job: number; readonly graceMs: number }
  /** Stop, let what runs come to its end, close the jobs, deliver what was printed, answer `closed`. */
  | { readonly kind: 'close'; readonly reason: Thrown | undefined; readonly graceMs: number }
  /** The frame of the lane with this number, from 1, could not be read; `missed` is the answer. */
  | { readonly kind: 'unread'; readonly frame: number }
  /** Of a store that the other side holds for the worker: see ends/. */
  | { readonly kind: 'channel'; readonly channel: number; readonly message: FromStore }
  /** After `closed`: end by yourself, with this exit code, or with that of `process.exitCode`. */
  | { readonly kind: 'exit'; readonly exitCode: number | undefined };

/** What a frame of a lane was of, if it told of a batch or a stream. */
export interface Told {
  readonly batch?: number;
  readonly job?: number;
}

/** From a lane to the pool. */
export type FromLane =
  /** The resolver is loaded. */
  | { readonly kind: 'ready' }
  /** The resolver cannot be loaded: no lane of this pool will ever work. */
  | { readonly kind: 'unable'; readonly error: Thrown }
  /** The lane begins to load a job: from here on the time to load it counts. */
  | { readonly kind: 'opening'; readonly job: number }
  /** `closes`: the job has something to release when it ends. */
  | { readonly kind: 'opened'; readonly job: number; readonly closes: boolean }
  | { readonly kind: 'refused'; readonly job: number; readonly error: Thrown }
  /**
   * The job is over in the lane, after `drop` or `close`; `error` is what its closing threw, or that it took too long. `closed`: that has
   * come to its end.
   */
  | { readonly kind: 'dropped'; readonly job: number; readonly error: Thrown | undefined; readonly closed: boolean }
  /** Without `more` the last one of its batch: items beyond those that `counts` covers go back, and have not been begun. */
  | {
      readonly kind: 'reply';
      readonly batch: number;
      readonly values: Packed;
      readonly counts: readonly number[] | undefined;
      readonly failures: readonly FailureFrame[] | undefined;
      readonly more: boolean;
      /** With `more`: the item that goes on awaits a promise, so its code may run while the lane runs other items. */
      readonly astir?: boolean | undefined;
      readonly busyMs: number;
      /** What the job in the lane has to say of it. */
      readonly note?: unknown;
    }
  /** Whether something goes on of items of the job that were given up or ran out of time: its code may run while the lane runs others. */
  | { readonly kind: 'stragglers'; readonly job: number; readonly some: boolean }
  /** Outputs and progress of a stream, in one frame since they mostly come together. */
  | {
      readonly kind: 'flow';
      readonly job: number;
      readonly values: Packed | undefined;
      readonly consumed: number;
      readonly busyMs: number;
      /** Of a traced stream: outputs of each consumed item. Those beyond are of the item after them, which goes on. */
      readonly counts: readonly number[] | undefined;
      /** What the body has to say of it. */
      readonly note?: unknown;
    }
  | { readonly kind: 'completed'; readonly job: number }
  /** `feeding`: while an item was fed, the first of those not consumed. */
  | { readonly kind: 'failed'; readonly job: number; readonly error: Thrown; readonly feeding: boolean }
  /** A process begins with a batch, or is between two, or has gone on in one for a while (process/told-cell.ts). */
  | { readonly kind: 'running'; readonly running: Running | undefined }
  /** The frame of the pool with this number, from 1, could not be read. */
  | { readonly kind: 'unread'; readonly frame: number; readonly error: Thrown }
  /** What the frame was of that the pool could not read. A batch has ended with it. */
  | { readonly kind: 'missed'; readonly told: Told }
  /** An uncaught error ends the worker; it follows at once. */
  | { readonly kind: 'crashed'; readonly error: Thrown }
  | { readonly kind: 'closed' }
  /** A process that the worker, or one below it, has started, or that has ended: see entry/brood.ts. */
  | { readonly kind: 'child'; readonly pid: number; readonly lives: boolean }
  | { readonly kind: 'channel'; readonly channel: number; readonly message: ToStore };
