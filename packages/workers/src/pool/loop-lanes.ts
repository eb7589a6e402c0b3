import type { TaskSpec } from '../entry/lookup/task-lane.js';
import { ClosedError } from '../errors.js';
import type { Batch, Job, JobHandle, Reply } from '../lanes/job.js';
import type { LaneReport } from '../lanes/lane-event.js';
import type { Lanes } from './channel.js';
import { type LoopItem, type LoopJob, LoopLane, type LoopLaneOptions, type Outcome } from './loop-lane.js';

export interface LoopLanesOptions extends Pick<LoopLaneOptions, 'startTimeoutMs' | 'graceMs'> {
  /** Items that run at the same time. */
  readonly size: number;
}

/** Synchronous tasks let timers and sockets have their turn after so long, in ms. */
const SLICE_MS = 10;
/** How often the clock is looked at, in items. */
const CLOCK_EVERY = 16;

/** The lanes of the event loop: so many items run there at the same time. They keep the contract of the lanes of workers, in one thread. */
export class LoopLanes implements Lanes {
  readonly #lanes: readonly LoopLane[];
  readonly #free: LoopLane[];
  #jobs: LoopJob[] = [];
  #scheduled = false;
  /** Work may have come while the lanes were asking for it, of a job that had been asked already. */
  #poked = false;
  /** When tasks began to run in this turn of the event loop; undefined when none has. */
  #sliceStart: number | undefined;
  #closed: Promise<void> | undefined;

  constructor({ size, startTimeoutMs, graceMs }: LoopLanesOptions) {
    const onFree = (lane: LoopLane): void => {
      this.#free.push(lane);
      this.#dispatchSoon();
    };
    this.#lanes = Array.from({ length: size }, (_, worker) => new LoopLane({ worker, startTimeoutMs, graceMs, onFree }));
    // The one used last is used next: so few items need few lanes, and few resources.
    this.#free = [...this.#lanes].reverse();
  }

  get lanes(): readonly LaneReport[] {
    return this.#lanes.map(({ report }) => report);
  }

  readonly add = <B extends Batch>(job: Job<B>): JobHandle<B> => {
    if (this.#closed !== undefined) throw new ClosedError('the pool was closed; make another one for further jobs');
    const entry: LoopJob = {
      // The pool of tasks, whose lanes these are, adds no others.
      spec: job.spec as TaskSpec,
      timeoutMs: job.timeoutMs,
      take: (lane) => {
        const batch = job.take(1, lane);
        return batch && this.#itemOf(entry, job, batch, lane);
      },
      broken: (error) => {
        if (this.#forget(entry)) job.broken(error);
      },
    };
    this.#jobs.push(entry);
    this.#dispatchSoon();
    return {
      poke: () => this.#dispatchSoon(),
      // A task gives one value: nothing ever pauses.
      resume: () => undefined,
      cancel: (batch, _index, reason) => {
        for (const lane of this.#lanes) lane.giveUp(batch, reason);
      },
      close: async () => {
        this.#forget(entry);
        return (await Promise.all(this.#lanes.map((lane) => lane.drop(entry)))).flat();
      },
      // The pool of tasks does not ask.
      closings: { owed: 0, done: 0 },
    };
  };

  readonly close = (reason?: unknown): Promise<void> => {
    this.#jobs = [];
    this.#closed ??= Promise.all(this.#lanes.map((lane) => lane.close(reason))).then(() => undefined);
    return this.#closed;
  };

  #itemOf<B extends Batch>(entry: LoopJob, job: Job<B>, batch: B, lane: number): LoopItem {
    return {
      job: entry,
      batch,
      item: batch.items[0],
      attempt: batch.attempts?.[0] ?? 1,
      reply: (outcome, busyMs) => {
        if (this.#jobs.includes(entry)) job.reply(batch, replyOf(outcome, lane, busyMs));
      },
    };
  }

  /** Whether it was known. */
  #forget(job: LoopJob): boolean {
    const known = this.#jobs.includes(job);
    if (known) this.#jobs = this.#jobs.filter((other) => other !== job);
    return known;
  }

  #dispatchSoon(): void {
    this.#poked = true;
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (this.#sliceIsOver()) setImmediate(this.#dispatch);
    else queueMicrotask(this.#dispatch);
  }

  readonly #dispatch = (): void => {
    if (this.#sliceStart === undefined) {
      this.#sliceStart = performance.now();
      setImmediate(() => {
        this.#sliceStart = undefined;
      });
    }
    // A task that ends at once frees its lane at once: no need to schedule for that.
    for (let items = 1; this.#runNext(); items += 1) {
      if (items % CLOCK_EVERY === 0 && this.#sliceIsOver()) {
        setImmediate(this.#dispatch);
        return;
      }
    }
    this.#scheduled = false;
  };

  /** False when no job has an item for a free lane, and none has been told of since. */
  #runNext(): boolean {
    do {
      this.#poked = false;
      if (this.#runOne()) return true;
    } while (this.#poked);
    return false;
  }

  #runOne(): boolean {
    const lane = this.#free.at(-1);
    if (lane === undefined) return false;
    for (const job of this.#jobs) {
      const item = job.take(lane.worker);
      if (item === undefined) continue;
      this.#free.pop();
      lane.run(item);
      return true;
    }
    return false;
  }

  #sliceIsOver(): boolean {
    return this.#sliceStart !== undefined && performance.now() - this.#sliceStart > SLICE_MS;
  }
}

const nothing: readonly unknown[] = [];
const noOutput: readonly number[] = [0];

function replyOf(outcome: Outcome, lane: number, busyMs: number): Reply {
  switch (outcome.kind) {
    case 'value':
      return { lane, values: [outcome.value], counts: undefined, failures: undefined, more: false, returned: 0, busyMs };
    case 'failed': {
      const failures = [{ index: 0, error: outcome.error }];
      return { lane, values: nothing, counts: noOutput, failures, more: false, returned: 0, busyMs };
    }
    case 'given up':
      return { lane, values: nothing, counts: noOutput, failures: undefined, more: false, returned: 0, busyMs };
  }
}
