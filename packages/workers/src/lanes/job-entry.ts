import { Few } from '../wire/few.js';
import { type FlightJob, InFlight } from './in-flight.js';
import { ItemBytes } from './item-bytes.js';
import type { Batch, Job, Loss, Reply, Suspect } from './job.js';
import type { Closings, JobTerms } from './loads.js';
import { BatchSize } from './sizing.js';

/** A job as pool and lanes see it. */
export interface Dispatchable extends FlightJob {
  /** No other lane could run its items. */
  readonly isBound: boolean;
  /** Whether items are known to wait for a lane. */
  readonly isWaiting: () => boolean;
  /** Whether the lane may hold a batch of this job. */
  readonly mayUse: (lane: number) => boolean;
  /** A batch of at most `ration` items. */
  readonly take: (lane: number, ration: number) => InFlight | undefined;
}

export interface JobEntryOptions<B extends Batch> {
  readonly id: number;
  readonly job: Job<B>;
  readonly nextBatch: () => number;
  /** Its lanes are to forget the job. Gives what its closings threw, once they have ended. */
  readonly onOver: (how: JobEnd) => Promise<readonly unknown[]>;
}

export type JobEnd = 'closed' | 'broken';

type State = { readonly kind: 'open' } | { readonly kind: 'over'; readonly closings: Promise<readonly unknown[]> };

/** The pool's book of one job: how many items to ask for, and which lanes hold its batches. */
export class JobEntry<B extends Batch> implements Dispatchable {
  readonly id: number;
  readonly terms: JobTerms;
  readonly maxTasksPerWorker: number | undefined;
  readonly isBound: boolean;
  readonly closings: Closings = { owed: 0, done: 0 };
  readonly #options: JobEntryOptions<B>;
  readonly #size: BatchSize;
  readonly #bytes = new ItemBytes();
  /** Batches by lane, paused ones included: their lane still has to finish them. */
  readonly #held = new Map<number, number>();
  readonly #flights = new Few<{ readonly batch: B; readonly flight: InFlight }>();
  readonly #paused = new Few<B>();
  /** Batches whose outputs come in several replies. */
  readonly #inParts = new WeakSet<B>();
  #state: State = { kind: 'open' };

  constructor(options: JobEntryOptions<B>) {
    const { spec, timeoutMs, transfer = false, maxBatch, maxTasksPerWorker, isBound = false } = options.job;
    this.id = options.id;
    this.terms = { spec, timeoutMs, transfer };
    this.maxTasksPerWorker = maxTasksPerWorker;
    this.isBound = isBound;
    this.#options = options;
    this.#size = new BatchSize(maxBatch);
  }

  readonly isWaiting = (): boolean => (this.#options.job.waiting?.() ?? 0) > 0;

  readonly mayUse = (lane: number): boolean => this.#held.has(lane) || this.#held.size < this.#options.job.maxLanes;

  readonly isBrief = (items: number): boolean => this.#size.isBrief(items);

  readonly take = (lane: number, ration = Number.POSITIVE_INFINITY): InFlight | undefined => {
    const { job, nextBatch } = this.#options;
    const asked = this.#bytes.atMost(this.#size.share(job.waiting?.(), job.maxLanes));
    const batch = job.take(Math.min(asked, ration), lane);
    if (batch === undefined) return undefined;
    this.#held.set(lane, (this.#held.get(lane) ?? 0) + 1);
    const flight = new InFlight(nextBatch(), lane, this, batch, {
      reply: (reply, finished) => this.#reply(batch, reply, finished),
      lost: (suspect, why) => this.#lost(batch, lane, suspect, why),
    });
    this.#flights.add({ batch, flight });
    return flight;
  };

  /** Undefined once its last reply has come, or its lane was lost. */
  flightOf(batch: B): InFlight | undefined {
    return this.#flights.find((entry) => entry.batch === batch)?.flight;
  }

  /** Whether it was paused; from now on it counts as running. */
  unpause(batch: B): boolean {
    return this.#paused.delete(batch);
  }

  readonly broken = (error: Error): void => {
    if (this.#state.kind === 'over') return;
    this.#end('broken');
    this.#options.job.broken(error);
  };

  /** Gives what the closings in its lanes threw, once they have ended; the same promise each time. */
  close(): Promise<readonly unknown[]> {
    return this.#end('closed');
  }

  #end(how: JobEnd): Promise<readonly unknown[]> {
    if (this.#state.kind === 'open') this.#state = { kind: 'over', closings: this.#options.onOver(how) };
    return this.#state.closings;
  }

  #reply(batch: B, reply: Reply, finished: number): void {
    // An item that goes on has cost time too, and a lane that spent it on one item must not be asked for more of them.
    this.#size.observe(Math.max(finished, 1), reply.busyMs);
    if (!reply.more && !this.#inParts.has(batch)) this.#bytes.observe(batch.items, finished, reply);
    if (reply.more) {
      this.#paused.add(batch);
      this.#inParts.add(batch);
    } else this.#release(batch, reply.lane);
    if (this.#state.kind === 'open') this.#options.job.reply(batch, reply);
  }

  #lost(batch: B, lane: number, suspect: Suspect, why: Loss): void {
    this.#release(batch, lane);
    if (this.#state.kind === 'open') this.#options.job.lost(batch, suspect, why);
  }

  #release(batch: B, lane: number): void {
    this.#flights.take((entry) => entry.batch === batch);
    this.#paused.delete(batch);
    const held = this.#held.get(lane)! - 1;
    if (held === 0) this.#held.delete(lane);
    else this.#held.set(lane, held);
  }
}
