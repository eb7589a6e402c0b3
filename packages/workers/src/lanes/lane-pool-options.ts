import type { ResourceLimits } from 'node:worker_threads';
import type { ResolverName } from '../wire/frame.js';
import type { OutputLine } from '../wire/output-lines.js';
import type { ErrorClass } from '../wire/remote-error.js';
import type { LaneEvent } from './lane-event.js';

/** How a pool of lanes is made. Times are in ms. */
export interface LanePoolOptions {
  /** Lanes, ≥ 1; each has one worker at a time. */
  readonly size: number;
  /**
   * What a lane is: a worker thread, or a child process, which dies alone of what kills a whole process (a fault in native code, memory
   * outside of the heap, `process.abort`). Default `thread`.
   */
  readonly isolation?: 'thread' | 'process' | undefined;
  /** Lanes whose workers start with the first job; the others start when work waits that none has room for. At least 0. Default: `size`. */
  readonly minSize?: number | undefined;
  /** A lane that holds nothing for so long ends its worker, while more than `minSize` live, in ms. Default: never. */
  readonly idleMs?: number | undefined;
  /** Module (URL) and export of a `ResolveLaneJob`. */
  readonly resolver: ResolverName;
  /** Time for a worker to start, and for a lane to load a job, in ms. Default 30 000. */
  readonly startTimeoutMs?: number | undefined;
  /** Time for running tasks and printed output when the pool is closed, in ms. Default 1 000. */
  readonly graceMs?: number | undefined;
  /** Restarts of a lane within a minute. Default 5. */
  readonly maxRestarts?: number | undefined;
  /**
   * Limits of each worker's memory; beyond them it dies, and the pool lives. `codeRangeSizeMb` and `stackSizeMb` are for threads only.
   * Default: those of Node.
   */
  readonly resourceLimits?: ResourceLimits | undefined;
  /** Classes that errors keep when they come back from a lane, found by name, besides the built-in ones. */
  readonly errors?: readonly ErrorClass[] | undefined;
  /** Told what happens to the lanes. What it throws is an uncaught error of the program; the pool goes on. */
  readonly onLane?: ((event: LaneEvent) => void) | undefined;
  /**
   * Hears what the workers print, a line at a time, in the order in which it arrives, all of it before `close()` resolves. Default: it goes
   * to stdout and stderr of the process.
   */
  readonly onOutput?: ((line: WorkerLine) => void) | undefined;
}

/** A line that the worker of a lane printed, without its break. */
export interface WorkerLine extends OutputLine {
  /** Lane number. */
  readonly worker: number;
}

type Defaulted = 'isolation' | 'minSize' | 'startTimeoutMs' | 'graceMs' | 'maxRestarts';

/** The options of a pool with their defaults. */
export type LanePoolTerms = LanePoolOptions & { readonly [Name in Defaulted]-?: NonNullable<LanePoolOptions[Name]> };

/** @throws RangeError for a `size`, `minSize` or `isolation` that there is not */
export function lanePoolTerms(options: LanePoolOptions): LanePoolTerms {
  const { size, isolation = 'thread', minSize = size, startTimeoutMs = 30_000, graceMs = 1_000, maxRestarts = 5 } = options;
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`a pool needs one lane at least; size is ${size}`);
  if (isolation !== 'thread' && isolation !== 'process') {
    throw new RangeError(`the lanes of a pool are threads or processes; isolation is '${String(isolation)}'`);
  }
  if (!Number.isInteger(minSize) || minSize < 0 || minSize > size) {
    throw new RangeError(`minSize is a number of lanes from 0 to size, which is ${size}; it is ${minSize}`);
  }
  const onLane = options.onLane && apart(options.onLane);
  return { ...options, isolation, minSize, startTimeoutMs, graceMs, maxRestarts, onLane };
}

/** What a listener throws is an error of the program, told as one that nobody catches: the pool is in the midst of what it tells. */
function apart(hear: (event: LaneEvent) => void): (event: LaneEvent) => void {
  return (event) => {
    try {
      hear(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
