import { ClosedError, WorkerDeathError } from '../errors.js';
import { startProcess } from '../process/process-port.js';
import { startThread } from '../thread/thread-port.js';
import type { OutputLine } from '../wire/output-lines.js';
import { ThrownDecoder } from '../wire/remote-error.js';
import { isError, messageOf } from '../wire/told.js';
import { Dispatch } from './dispatch.js';
import { IdleLanes } from './idle-lanes.js';
import { defaultSpare } from './in-flight.js';
import type { Batch, Job, JobHandle, StreamFeed, StreamJob } from './job.js';
import { type Dispatchable, type JobEnd, JobEntry } from './job-entry.js';
import { Lane } from './lane.js';
import type { LaneReport } from './lane-event.js';
import { type LanePoolOptions, type LanePoolTerms, lanePoolTerms } from './lane-pool-options.js';
import { RestartBudget } from './restart.js';
import { StreamEntry } from './stream-entry.js';

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
  return new Lanes(lanePoolTerms(options));
}

const starts = { thread: startThread, process: startProcess } as const;

type State =
  /** No worker yet. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'open' }
  /** No lane will work again. */
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'closed'; readonly done: Promise<void> };

/** Lanes and jobs of one pool; work is brought from the one to the other by its `Dispatch`. */
class Lanes implements LanePool {
  readonly #lanes: readonly Lane[];
  readonly #dispatch: Dispatch;
  readonly #terms: LanePoolTerms;
  #state: State = { kind: 'idle' };
  /** Newest first. */
  #jobs: Dispatchable[] = [];
  #lastJob = 0;
  #lastBatch = 0;
  #idle: IdleLanes | undefined;

  constructor(terms: LanePoolTerms) {
    this.#terms = terms;
    const thrown = new ThrownDecoder(terms.errors);
    this.#lanes = Array.from({ length: terms.size }, (_, worker) => this.#lane(worker, thrown));
    this.#dispatch = new Dispatch({ lanes: this.#lanes, jobs: () => this.#jobs, graceMs: terms.graceMs });
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
      closings: entry.closings,
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

  #lane(worker: number, thrown: ThrownDecoder): Lane {
    const { isolation, resolver, startTimeoutMs, graceMs, maxRestarts, resourceLimits, onLane, onOutput } = this.#terms;
    const told = onOutput && ((line: OutputLine) => onOutput({ worker, ...line }));
    return new Lane({
      ...{ worker, startTimeoutMs, graceMs, thrown },
      budget: new RestartBudget(maxRestarts),
      start: (events) =>
        starts[isolation]({ lane: worker, resolver, startTimeoutMs, resourceLimits, thrown, onOutput: told }, events),
      onRoom: () => this.#dispatch.now(),
      onUnable: (error) => this.#fail(asError(error, `the resolver ${resolver.module} could not be loaded`)),
      onEvent: (event) => {
        onLane?.(event);
        if (event.kind === 'retired' && this.#lanes.every((lane) => lane.retirement !== undefined)) {
          this.#fail(outOfRestarts(event.death, maxRestarts));
        }
      },
    });
  }

  #start(): Exclude<State, { kind: 'closed' }> {
    if (this.#state.kind === 'closed') throw new ClosedError('the pool was closed; make another one for further jobs');
    if (this.#state.kind === 'idle') {
      this.#state = { kind: 'open' };
      const { minSize, idleMs } = this.#terms;
      for (const lane of this.#lanes.slice(0, minSize)) lane.start();
      if (idleMs !== undefined) this.#idle = new IdleLanes({ lanes: this.#lanes, minSize, idleMs });
    }
    return this.#state;
  }

  /** Gives what the closings of the job threw, once they have ended in all lanes. */
  async #forget(entry: Dispatchable, how: JobEnd): Promise<readonly unknown[]> {
    this.#jobs = this.#jobs.filter((other) => other !== entry);
    const closings = this.#lanes.map(async (lane) => {
      const errors = await lane.drop(entry.id);
      // The caller does not close what is broken.
      if (how === 'broken')
        for (const error of errors) this.#terms.onLane?.({ kind: 'closing-failed', worker: lane.worker, error });
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
