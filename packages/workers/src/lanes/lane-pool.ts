import type { ResourceLimits } from 'node:worker_threads';
import { ClosedError, WorkerDeathError } from '../errors.js';
import { startProcess } from '../process/process-port.js';
import { startThread } from '../thread/thread-port.js';
import type { ResolverName } from '../wire/frame.js';
import type { OutputLine } from '../wire/output-lines.js';
import { type ErrorClass, ThrownDecoder } from '../wire/remote-error.js';
import { isError, messageOf } from '../wire/told.js';
import { Dispatch } from './dispatch.js';
import { IdleLanes } from './idle-lanes.js';
import { defaultSpare } from './in-flight.js';
import type { Batch, Job, JobHandle, StreamFeed, StreamJob } from './job.js';
import { type Dispatchable, type JobEnd, JobEntry } from './job-entry.js';
import { Lane } from './lane.js';
import type { LaneEvent, LaneReport } from './lane-event.js';
import { RestartBudget } from './restart.js';
import { StreamEntry } from './stream-entry.js';

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
  /** Told what happens to the lanes. It must not throw. */
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

/** Workers that ask jobs for batches, and tell them what became of every item. */
export interface LanePool {
  /**
   * Adds a job. Jobs added later are served first.
   *
   * @throws ClosedError after `close()`
   */
  readonly add: <B extends Batch>(job: Job<B>) => JobHandle<B>;
  /**
   * Adds a stream; its body lives in the lane that holds the fewest.
   *
   * @throws ClosedError after `close()`
   */
  readonly addStream: (job: StreamJob) => StreamFeed;
  /** What each lane has done so far, in the order of their numbers. */
  readonly lanes: readonly LaneReport[];
  /**
   * Ends all lanes, and with `reason` aborts what runs in them; waits at most `graceMs`, then terminates. Jobs and streams are not called
   * any more. Resolves when no worker is left; a second call gives the same promise.
   */
  readonly close: (reason?: unknown) => Promise<void>;
}

/**
 * A pool of workers. They start with the first job, all at once unless `minSize` says less, and keep the process alive until `close()`.
 *
 * `threadPool` and `processPool` are this with tasks for jobs, and what most programs want.
 *
 * @throws RangeError for a `size`, `minSize` or `isolation` that there is not
 *
 * @example
 * What a lane makes of the spec of a job, in `resolver.ts`:
 * ```ts
 * import type { ResolveLaneJob } from '@millrace/workers';
 *
 * export const resolve: ResolveLaneJob = async (factor) => ({
 *   kind: 'task',
 *   run: (item) => Number(item) * Number(factor),
 * });
 * ```
 *
 * @example
 * The pool:
 * ```ts
 * import { lanePool } from '@millrace/workers';
 *
 * const resolver = { module: new URL('./resolver.js', import.meta.url).href, export: 'resolve' };
 * const pool = lanePool({ size: 2, resolver });
 * const waiting = [1, 2, 3, 4];
 * const results = await new Promise<unknown[]>((resolve, reject) => {
 *   const found: unknown[] = [];
 *   const handle = pool.add({
 *     spec: 10,
 *     maxLanes: 2,
 *     maxBatch: 2,
 *     take: (max) => (waiting.length === 0 ? undefined : { items: waiting.splice(0, max) }),
 *     reply: (_, { values }) => {
 *       found.push(...values);
 *       if (found.length === 4) resolve(found);
 *     },
 *     lost: (_, __, why) => reject(why),
 *     broken: reject,
 *   });
 *   handle.poke();
 * });
 * await pool.close();
 * console.log(results.length); // 4
 * ```
 */
export function lanePool(options: LanePoolOptions): LanePool {
  if (!Number.isInteger(options.size) || options.size < 1) {
    throw new RangeError(`a pool needs one lane at least; size is ${options.size}`);
  }
  if (!Object.hasOwn(starts, options.isolation ?? 'thread')) {
    throw new RangeError(`the lanes of a pool are threads or processes; isolation is '${options.isolation}'`);
  }
  const { minSize = options.size } = options;
  if (!Number.isInteger(minSize) || minSize < 0 || minSize > options.size) {
    throw new RangeError(`minSize is a number of lanes from 0 to size, which is ${options.size}; it is ${minSize}`);
  }
  return new Lanes(options);
}

const starts = { thread: startThread, process: startProcess } as const;

type State =
  /** No worker yet. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'open' }
  /** No lane will work again. */
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'closed'; readonly done: Promise<void> };

class Lanes implements LanePool {
  readonly #lanes: readonly Lane[];
  readonly #dispatch: Dispatch;
  readonly #minSize: number;
  readonly #idleMs: number | undefined;
  readonly #onLane: LanePoolOptions['onLane'];
  #state: State = { kind: 'idle' };
  /** Newest first. */
  #jobs: Dispatchable[] = [];
  #lastJob = 0;
  #lastBatch = 0;
  #idle: IdleLanes | undefined;

  constructor(options: LanePoolOptions) {
    const {
      size,
      resolver,
      startTimeoutMs = 30_000,
      graceMs = 1_000,
      maxRestarts = 5,
      resourceLimits,
      onLane,
      onOutput,
    } = options;
    const thrown = new ThrownDecoder(options.errors);
    const startWorker = starts[options.isolation ?? 'thread'];
    this.#onLane = onLane;
    this.#minSize = options.minSize ?? size;
    this.#idleMs = options.idleMs;
    this.#lanes = Array.from(
      { length: size },
      (_, worker) =>
        new Lane({
          worker,
          startTimeoutMs,
          graceMs,
          thrown,
          budget: new RestartBudget(maxRestarts),
          start: (events) =>
            startWorker(
              {
                ...{ lane: worker, resolver, startTimeoutMs, resourceLimits, thrown },
                onOutput: onOutput && ((line) => onOutput({ worker, ...line })),
              },
              events,
            ),
          onRoom: () => this.#dispatch.now(),
          onUnable: (error) => this.#fail(asError(error, `the resolver ${resolver.module} could not be loaded`)),
          onEvent: (event) => {
            onLane?.(event);
            if (event.kind === 'retired' && this.#lanes.every((lane) => lane.retirement !== undefined)) {
              this.#fail(outOfRestarts(event.death, maxRestarts));
            }
          },
        }),
    );
    this.#dispatch = new Dispatch({ lanes: this.#lanes, jobs: () => this.#jobs, graceMs });
  }

  get lanes(): readonly LaneReport[] {
    return this.#lanes.map((lane) => lane.report);
  }

  readonly add = <B extends Batch>(job: Job<B>): JobHandle<B> => {
    const state = this.#start();
    const id = ++this.#lastJob;
    const entry: JobEntry<B> = new JobEntry<B>({
      ...{ id, job },
      nextBatch: () => ++this.#lastBatch,
      onOver: (how) => this.#forget(entry, how),
    });
    this.#jobs.unshift(entry);
    if (state.kind === 'failed') queueMicrotask(() => entry.broken(state.error));
    else this.#dispatch.soon();
    return {
      poke: () => this.#dispatch.soon(),
      resume: (batch, spare = defaultSpare) => {
        const flight = entry.unpause(batch) ? entry.flightOf(batch) : undefined;
        if (flight !== undefined) this.#lanes[flight.lane]!.resume(flight, spare);
      },
      cancel: (batch, index, reason) => {
        const flight = entry.flightOf(batch);
        if (flight === undefined || !flight.giveUp(index)) return;
        entry.unpause(batch);
        this.#lanes[flight.lane]!.cancel(flight, index, reason);
      },
      close: () => entry.close(),
    };
  };

  readonly addStream = (job: StreamJob): StreamFeed => {
    const state = this.#start();
    const stream = new StreamEntry(++this.#lastJob, job);
    const usable = this.#lanes.filter((lane) => lane.retirement === undefined);
    const lane = usable.reduce<Lane | undefined>(
      (least, other) => (least && least.streams <= other.streams ? least : other),
      undefined,
    );
    if (state.kind === 'failed' || lane === undefined) {
      const error = state.kind === 'failed' ? state.error : new ClosedError('the pool has no lane left');
      queueMicrotask(() => job.failed(error, false));
    } else lane.hold(stream);
    return stream.feedTo(lane?.worker ?? 0);
  };

  readonly close = (reason?: unknown): Promise<void> => {
    if (this.#state.kind === 'closed') return this.#state.done;
    const done = Promise.all(this.#lanes.map((lane) => lane.close(reason))).then(() => undefined);
    this.#state = { kind: 'closed', done };
    this.#dispatch.stop();
    this.#idle?.stop();
    this.#jobs = [];
    return done;
  };

  #start(): Exclude<State, { kind: 'closed' }> {
    if (this.#state.kind === 'closed') throw new ClosedError('the pool was closed; make another one for further jobs');
    if (this.#state.kind === 'idle') {
      this.#state = { kind: 'open' };
      for (const lane of this.#lanes.slice(0, this.#minSize)) lane.start();
      if (this.#idleMs !== undefined) {
        this.#idle = new IdleLanes({ lanes: this.#lanes, minSize: this.#minSize, idleMs: this.#idleMs });
      }
    }
    return this.#state;
  }

  /** Gives what the closings of the job threw, once they have ended in all lanes. */
  async #forget(entry: Dispatchable, how: JobEnd): Promise<readonly unknown[]> {
    this.#jobs = this.#jobs.filter((other) => other !== entry);
    const closings = this.#lanes.map(async (lane) => {
      const errors = await lane.drop(entry.id);
      // The caller does not close what is broken.
      if (how === 'broken') for (const error of errors) this.#onLane?.({ kind: 'closing-failed', worker: lane.worker, error });
      return errors;
    });
    // Its lanes have room for others.
    this.#dispatch.soon();
    return (await Promise.all(closings)).flat();
  }

  #fail(error: Error): void {
    if (this.#state.kind !== 'open') return;
    this.#state = { kind: 'failed', error };
    this.#dispatch.stop();
    this.#idle?.stop();
    for (const lane of this.#lanes) lane.giveUp(error);
    for (const job of [...this.#jobs]) job.broken(error);
  }
}

function outOfRestarts(last: WorkerDeathError, maxRestarts: number): WorkerDeathError {
  const message = `all lanes died more often than ${maxRestarts} times a minute; the last one: ${last.message}`;
  return new WorkerDeathError(message, last, { cause: last });
}

function asError(error: unknown, what: string): Error {
  return isError(error) ? error : new Error(`${what}: ${messageOf(error)}`, { cause: error });
}
