import { bytesOf } from '../codec/bytes.js';
import { unpack } from '../codec/codec.js';
import type { CloneError, TimeoutError, WorkerDeathError } from '../errors.js';
import type { FromLane } from '../wire/frame.js';
import type { ThrownDecoder } from '../wire/remote-error.js';
import type { Batch, Loss, Reply, Suspect } from './job.js';
import type { Loadable } from './loads.js';
import { Passage } from './passage.js';
import type { RunningNow } from './watch.js';

export type ReplyFrame = Extract<FromLane, { readonly kind: 'reply' }>;

/** Outputs beyond one an item that a batch brings at once when its job sets no limit. */
export const defaultSpare = 1024;

/** What a lane must know of the job of a batch. */
export interface FlightJob extends Loadable {
  readonly maxTasksPerWorker: number | undefined;
  /** Whether so many of its items are known to take a short time. */
  readonly isBrief: (items: number) => boolean;
}

/** What its job makes of the news of a batch. */
export interface FlightCalls {
  readonly reply: (reply: Reply, finished: number) => void;
  readonly lost: (suspect: Suspect, why: Loss) => void;
}

/** A batch in a lane, whatever the type of its job. */
export class InFlight {
  readonly number: number;
  readonly lane: number;
  readonly entry: FlightJob;
  readonly passage = new Passage();
  /** Number of the frame that it went to its lane with. */
  frame = 0;
  readonly #batch: Batch;
  readonly #calls: FlightCalls;
  /** Items that replies have covered to their end. */
  #covered = 0;
  #givenUp: Set<number> | undefined;

  constructor(number: number, lane: number, entry: FlightJob, batch: Batch, calls: FlightCalls) {
    this.number = number;
    this.lane = lane;
    this.entry = entry;
    this.#batch = batch;
    this.#calls = calls;
  }

  get items(): readonly unknown[] {
    return this.#batch.items;
  }

  get spare(): number {
    return this.#batch.spare ?? defaultSpare;
  }

  get attempts(): readonly number[] | undefined {
    return this.#batch.attempts;
  }

  /** Items that no reply has covered to their end. */
  get open(): number {
    return this.items.length - this.#covered;
  }

  /** It is known to end soon: others may wait behind it. */
  get isBrief(): boolean {
    return this.entry.isBrief(this.open);
  }

  isOpen(index: number): boolean {
    return index >= this.#covered && index < this.items.length;
  }

  /** What comes of the item is told no more. False when that has come already, or is not awaited. */
  giveUp(index: number): boolean {
    if (!this.isOpen(index) || this.#givenUp?.has(index)) return false;
    this.#givenUp ??= new Set();
    this.#givenUp.add(index);
    return true;
  }

  /** Passes the reply on to the job; gives the number of items that it finished. */
  reply({ values, counts, failures, more, busyMs, note }: ReplyFrame, thrown: ThrownDecoder): number {
    const first = this.#covered;
    const finished = counts === undefined ? this.items.length : counts.length - (more ? 1 : 0);
    this.#covered += finished;
    const began = performance.now();
    const outputs = unpack(values);
    const crossing = this.passage.came(began, performance.now(), bytesOf(values), busyMs);
    const reply: Reply = {
      lane: this.lane,
      values: outputs,
      counts,
      failures: failures?.map(({ index, error }) => ({ index, error: thrown.decode(error) })),
      more,
      returned: more ? 0 : this.open,
      busyMs,
      note,
      crossing,
    };
    this.#calls.reply(this.#givenUp === undefined ? reply : without(this.#givenUp, reply, first, finished), finished);
    return finished;
  }

  /**
   * The lane ended with it. `running`: what its last worker ran, for the sake of which it ended with `why`, unless that is not `certain`; to the
   * others it is a death.
   */
  lost(running: RunningNow, why: WorkerDeathError | TimeoutError, death: WorkerDeathError, certain: boolean): void {
    const known = this.#suspect(running);
    const suspect = known === 'none' || certain ? known : 'unknown';
    this.#calls.lost(suspect, suspect === 'none' ? death : why);
  }

  /** It, or a reply of it, could not be read at the other end: of several open items it is not known which one is why. */
  unread(why: CloneError): void {
    const last = this.items.length - 1;
    const single = this.#givenUp?.has(last) ? 'none' : last;
    this.#calls.lost(this.open === 1 ? single : 'unknown', why);
  }

  #suspect(running: RunningNow): Suspect {
    if (running === 'none' || running.batch !== this.number || !this.isOpen(running.index)) return 'none';
    // Of those after it nothing is known.
    const suspect = running.exact || running.index === this.items.length - 1 ? running.index : 'unknown';
    return typeof suspect === 'number' && this.#givenUp?.has(suspect) ? 'none' : suspect;
  }
}

/** What comes of an item that was given up concerns nobody, also when it crossed with the cancelling: its place holds no output. */
function without(givenUp: ReadonlySet<number>, reply: Reply, first: number, finished: number): Reply {
  const values: unknown[] = [];
  let next = 0;
  const counts = (reply.counts ?? new Array<number>(finished).fill(1)).map((count, i) => {
    const outputs = givenUp.has(first + i) ? [] : reply.values.slice(next, next + count);
    next += count;
    for (const output of outputs) values.push(output);
    return outputs.length;
  });
  return { ...reply, values, counts, failures: reply.failures?.filter(({ index }) => !givenUp.has(index)) };
}
