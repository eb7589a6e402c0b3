import type { ResourceLimits } from 'node:worker_threads';
import { ClosedError, WorkerDeathError } from '../errors.js';
import { startProcess } from '../process/process-port.js';
import { startThread } from '../thread/thread-port.js';
import type { ResolverName } from '../wire/frame.js';
import { type ErrorClass, ThrownDecoder } from '../wire/remote-error.js';
import type { Batch, Job, JobHandle, StreamFeed, StreamJob } from './job.js';
import { type Dispatchable, defaultSpare, JobEntry } from './job-entry.js';
import { Lane, type LaneEvent, type LaneReport } from './lane.js';
import { RestartBudget } from './restart.js';
import { StreamEntry } from './stream-entry.js';

export interface LanePoolOptions {
  /** Lanes, ≥ 1. */
  readonly size: number;
  /**
   * What a lane is: a worker thread, or a child process, which dies alone of what kills a whole process (a fault in native code, memory
   * outside of the heap, `process.abort`). Default `thread`.
   */
  readonly isolation?: 'thread' | 'process' | undefined;
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
  readonly onLane?: ((event: LaneEvent) => void) | undefined;
}

export interface LanePool {
  /** Adds a job. Jobs added later are served first. Throws a `ClosedError` after `close()`. */
  readonly add: <B extends Batch>(job: Job<B>) => JobHandle<B>;
  /** Adds a stream; its body lives in the lane that holds the fewest. Throws a `ClosedError` after `close()`. */
  readonly addStream: (job: StreamJob) => StreamFeed;
  readonly lanes: readonly LaneReport[];
  /**
   * Ends all lanes, and with `reason` aborts what runs in them; waits at most `graceMs`, then terminates. Jobs and streams are not called
   * any more. Resolves when no worker is left; a second call gives the same promise.
   */
  readonly close: (reason?: unknown) => Promise<void>;
}

/** A pool of workers. They start with the first job, all at once, and keep the process alive until `close()`. */
export function lanePool(options: LanePoolOptions): LanePool {
  if (!Number.isInteger(options.size) || options.size < 1) {
    throw new RangeError(`a pool needs one lane at least; size is ${options.size}`);
  }
  return new Lanes(options);
}

type State =
  /** No worker yet. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'open' }
  /** No lane will work again. */
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'closed'; readonly done: Promise<void> };

class Lanes implements LanePool {
  readonly #lanes: readonly Lane[];
  readonly #graceMs: number;
  #state: State = { kind: 'idle' };
  /** Newest first. */
  #jobs: Dispatchable[] = [];
  #lastJob = 0;
  #lastBatch = 0;
  #dispatchScheduled = false;

  constructor(options: LanePoolOptions) {
    const { size, resolver, startTimeoutMs = 30_000, maxRestarts = 5, resourceLimits, onLane } = options;
    const thrown = new ThrownDecoder(options.errors);
    const startWorker = options.isolation === 'process' ? startProcess : startThread;
    this.#graceMs = options.graceMs ?? 1_000;
    this.#lanes = Array.from(
      { length: size },
      (_, worker) =>
        new Lane({
          worker,
          startTimeoutMs,
          thrown,
          budget: new RestartBudget(maxRestarts),
          start: (events) => startWorker({ lane: worker, resolver, startTimeoutMs, resourceLimits, thrown }, events),
          onRoom: () => this.#dispatch(),
          onUnable: (error) => this.#fail(asError(error, `the resolver ${resolver.module} could not be loaded`)),
          onEvent: (event) => {
            onLane?.(event);
            if (event.kind === 'retired' && this.#lanes.every((lane) => lane.retirement !== undefined)) {
              this.#fail(outOfRestarts(event.death, maxRestarts));
            }
          },
        }),
    );
  }

  get lanes(): readonly LaneReport[] {
    return this.#lanes.map((lane) => lane.report);
  }

  readonly add = <B extends Batch>(job: Job<B>): JobHandle<B> => {
    const state = this.#start();
    const id = ++this.#lastJob;
    const entry = new JobEntry(
      id,
      job,
      () => ++this.#lastBatch,
      () => {
        this.#jobs = this.#jobs.filter((other) => other !== entry);
        for (const lane of this.#lanes) lane.drop(id);
        // Its lanes have room for others.
        this.#dispatchSoon();
      },
    );
    this.#jobs.unshift(entry);
    if (state.kind === 'failed') queueMicrotask(() => entry.broken(state.error));
    else this.#dispatchSoon();
    return {
      poke: () => this.#dispatchSoon(),
      resume: (batch, spare = defaultSpare) => {
        const paused = entry.unpause(batch);
        if (paused !== undefined) this.#lanes[paused.lane]!.resume(paused.batch, spare);
      },
      cancel: () => undefined,
      close: async () => {
        entry.close();
        return [];
      },
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
      queueMicrotask(() => job.failed(error));
    } else lane.hold(stream);
    return stream.feedTo(lane?.worker ?? 0);
  };

  readonly close = (reason?: unknown): Promise<void> => {
    if (this.#state.kind === 'closed') return this.#state.done;
    const done = Promise.all(this.#lanes.map((lane) => lane.close(reason, this.#graceMs))).then(() => undefined);
    this.#state = { kind: 'closed', done };
    this.#jobs = [];
    return done;
  };

  #start(): Exclude<State, { kind: 'closed' }> {
    if (this.#state.kind === 'closed') throw new ClosedError('the pool was closed; make another one for further jobs');
    if (this.#state.kind === 'idle') {
      this.#state = { kind: 'open' };
      for (const lane of this.#lanes) lane.start();
    }
    return this.#state;
  }

  /** Callers poke from within their own work; `take` is called when that is done. */
  #dispatchSoon(): void {
    if (this.#dispatchScheduled) return;
    this.#dispatchScheduled = true;
    queueMicrotask(() => {
      this.#dispatchScheduled = false;
      this.#dispatch();
    });
  }

  /** Fills the lanes, the emptiest first: no lane gets a second batch while another has none. */
  #dispatch(): void {
    const dry = new Set<Lane>();
    while (this.#state.kind === 'open') {
      const lane = this.#emptiest(dry);
      if (lane === undefined) return;
      if (!this.#fill(lane)) dry.add(lane);
    }
  }

  #emptiest(dry: ReadonlySet<Lane>): Lane | undefined {
    let emptiest: Lane | undefined;
    for (const lane of this.#lanes) {
      if (lane.hasRoom && !dry.has(lane) && (emptiest === undefined || lane.inFlight < emptiest.inFlight)) emptiest = lane;
    }
    return emptiest;
  }

  #fill(lane: Lane): boolean {
    for (const job of this.#jobs) {
      const batch = job.mayUse(lane.worker) ? job.take(lane.worker) : undefined;
      if (batch === undefined) continue;
      lane.run(batch);
      return true;
    }
    return false;
  }

  #fail(error: Error): void {
    if (this.#state.kind !== 'open') return;
    this.#state = { kind: 'failed', error };
    for (const lane of this.#lanes) lane.giveUp(error);
    for (const job of [...this.#jobs]) job.broken(error);
  }
}

function outOfRestarts(last: WorkerDeathError, maxRestarts: number): WorkerDeathError {
  const message = `all lanes died more often than ${maxRestarts} times a minute; the last one: ${last.message}`;
  return new WorkerDeathError(message, last, { cause: last });
}

function asError(error: unknown, what: string): Error {
  return error instanceof Error ? error : new Error(`${what}: ${String(error)}`, { cause: error });
}
