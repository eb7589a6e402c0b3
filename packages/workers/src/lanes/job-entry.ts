import type { TimeoutError, WorkerDeathError } from '../errors.js';
import { unpack } from '../wire/codec.js';
import type { FromLane } from '../wire/frame.js';
import type { ThrownDecoder } from '../wire/remote-error.js';
import type { Batch, Job, Reply, Suspect } from './job.js';
import type { JobTerms } from './loads.js';
import { BatchSize } from './sizing.js';

export type ReplyFrame = Extract<FromLane, { readonly kind: 'reply' }>;

/** Outputs beyond one an item that a batch brings at once when its job sets no limit. */
export const defaultSpare = 1024;

/** A batch in a lane, whatever the type of its job. */
export interface InFlight {
  readonly number: number;
  readonly entry: Dispatchable;
  readonly items: readonly unknown[];
  readonly spare: number;
  readonly attempts: readonly number[] | undefined;
  /** Passes the reply on to the job; gives the number of items that it finished. */
  readonly reply: (frame: ReplyFrame, thrown: ThrownDecoder) => number;
  readonly lost: (suspect: Suspect, why: WorkerDeathError | TimeoutError) => void;
}

/** A job as pool and lanes see it. */
export interface Dispatchable {
  readonly id: number;
  readonly terms: JobTerms;
  /** Whether the lane may hold a batch of this job. */
  readonly mayUse: (lane: number) => boolean;
  readonly take: (lane: number) => InFlight | undefined;
  readonly broken: (error: Error) => void;
}

/** The pool's book of one job: how many items to ask for, and which lanes hold its batches. */
export class JobEntry<B extends Batch> implements Dispatchable {
  readonly id: number;
  readonly #job: Job<B>;
  readonly #onOver: () => void;
  readonly #nextBatch: () => number;
  readonly #size: BatchSize;
  /** Batches by lane, paused ones included: their lane still has to finish them. */
  readonly #held = new Map<number, number>();
  readonly #paused = new Map<B, { readonly lane: number; readonly batch: number }>();
  #over = false;

  /** `onOver` when the job is broken or closed. */
  constructor(id: number, job: Job<B>, nextBatch: () => number, onOver: () => void) {
    this.id = id;
    this.#job = job;
    this.#nextBatch = nextBatch;
    this.#onOver = onOver;
    this.#size = new BatchSize(job.maxBatch);
  }

  get terms(): JobTerms {
    const { spec, timeoutMs, transfer = false } = this.#job;
    return { spec, timeoutMs, transfer };
  }

  readonly mayUse = (lane: number): boolean => this.#held.has(lane) || this.#held.size < this.#job.maxLanes;

  readonly take = (lane: number): InFlight | undefined => {
    const batch = this.#job.take(this.#size.current, lane);
    if (batch === undefined) return undefined;
    this.#held.set(lane, (this.#held.get(lane) ?? 0) + 1);
    const number = this.#nextBatch();
    return {
      number,
      entry: this,
      items: batch.items,
      spare: batch.spare ?? defaultSpare,
      attempts: batch.attempts,
      reply: (frame, thrown) => this.#reply(batch, lane, frame, thrown),
      lost: (suspect, why) => {
        this.#release(batch, lane);
        if (!this.#over) this.#job.lost(batch, suspect, why);
      },
    };
  };

  /** Where a paused batch waits; from now on it counts as running. */
  unpause(batch: B): { readonly lane: number; readonly batch: number } | undefined {
    const paused = this.#paused.get(batch);
    this.#paused.delete(batch);
    return paused;
  }

  readonly broken = (error: Error): void => {
    if (this.close()) this.#job.broken(error);
  };

  /** Whether it was open until now. */
  close(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#onOver();
    return true;
  }

  #reply(batch: B, lane: number, frame: ReplyFrame, thrown: ThrownDecoder): number {
    const { counts, more, busyMs, note } = frame;
    const finished = counts === undefined ? batch.items.length : counts.length - (more ? 1 : 0);
    // An item that goes on has cost time too, and a lane that spent it on one item must not be asked for more of them.
    this.#size.observe(Math.max(finished, 1), busyMs);
    if (more) this.#paused.set(batch, { lane, batch: frame.batch });
    else this.#release(batch, lane);
    const failures = frame.failures?.map(({ index, error }) => ({ index, error: thrown.decode(error) }));
    const reply: Reply = { lane, values: unpack(frame.values), counts, failures, more, busyMs, note };
    if (!this.#over) this.#job.reply(batch, reply);
    return finished;
  }

  #release(batch: B, lane: number): void {
    this.#paused.delete(batch);
    const held = this.#held.get(lane)! - 1;
    if (held === 0) this.#held.delete(lane);
    else this.#held.set(lane, held);
  }
}
