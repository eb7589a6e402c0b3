import type { Batch, Job, JobHandle, LanePool, Reply, Suspect } from '@millrace/workers';
import { type LaneSpec, loadFailure, type ResourceCounts, type VisitNote } from '../../lane/index.js';
import type { Executor, Work } from '../executor.js';
import type { LaneWork, StageFigures } from '../measure/figures.js';
import { type BatchTimes, Traffic } from '../measure/traffic.js';
import type { StagePart } from '../stage.js';
import { AnyLane } from './any-lane.js';
import type { Deal, Dealer } from './dealer.js';
import type { FusedCounts } from './fused-counts.js';
import { KeyedLanes } from './keyed-lanes.js';
import { RemoteEmission } from './remote-emission.js';

export interface PoolExecutorOptions extends Pick<Job, 'timeoutMs' | 'transfer' | 'maxTasksPerWorker'> {
  readonly spec: LaneSpec;
  /** Lanes at most. */
  readonly workers: number;
  /** Items a batch holds at most. */
  readonly maxBatch: number;
  /** Outputs that expanding items may bring ahead of their turn, all together. */
  readonly ahead: number;
  /** The stage has a resource in each lane. */
  readonly setsUp?: boolean;
  /** Modules that tasks of the visit are named by. */
  readonly taskModules?: readonly string[];
  /** The books of the stages, when there are several in one visit. */
  readonly fused?: FusedCounts | undefined;
  /** Time since the run began, in ms. */
  readonly now: () => number;
}

/** Outputs ahead of their turn that one batch asks for at most. */
const maxSpare = 1024;

/** Items on their way to a lane, with the slots they stand in. */
interface SlotBatch extends Batch, Deal {
  readonly lane: number;
  readonly times: BatchTimes;
  /** Outputs ahead of their turn that the next reply may bring; taken from the common stock. */
  spare: number;
  /** Index of the first item without outcome. */
  next: number;
  /** Outputs of item `next` that come bit by bit. */
  rest: RemoteEmission | undefined;
}

/** Lanes of a shared pool as executor. Keeps each item in its slot until its outcome is here, so that a dead lane costs no item. */
export class PoolExecutor implements Executor {
  running = 0;
  readonly #work: Work;
  readonly #pool: LanePool;
  readonly #options: PoolExecutorOptions;
  readonly #handle: JobHandle<SlotBatch>;
  readonly #dealer: Dealer;
  readonly #traffic: Traffic;
  /** Stock of outputs ahead of their turn: lent to batches, and to the emissions that hold them. */
  #ahead: number;
  /**
   * A reply has come, and the stage has not been stepped since. Until it is, no further batch is taken: the lane that has become free would
   * be this stage's again, before the one behind it, which comes first, has the outputs of the reply and can ask.
   */
  #unstepped = false;
  #stopped = false;
  #closing: Promise<readonly unknown[]> | undefined;

  constructor(pool: LanePool, work: Work, options: PoolExecutorOptions) {
    this.#pool = pool;
    this.#work = work;
    this.#options = options;
    this.#ahead = options.ahead;
    this.#traffic = new Traffic(options.now);
    const { keys, retries } = work;
    this.#dealer =
      keys === undefined
        ? new AnyLane(work)
        : new KeyedLanes(work, keys, options.workers, retries !== undefined, () => this.#handle.poke());
    const job: Job<SlotBatch> = {
      spec: options.spec,
      maxLanes: options.workers,
      maxBatch: options.maxBatch,
      timeoutMs: options.timeoutMs,
      transfer: options.transfer,
      maxTasksPerWorker: options.maxTasksPerWorker,
      take: (max, lane) => this.#take(max, lane),
      isBound: work.keys !== undefined,
      waiting: this.#dealer.waiting,
      reply: (batch, reply) => this.#reply(batch, reply),
      lost: (batch, suspect, why) => this.#lost(batch, suspect, why),
      broken: (error) => this.#work.broken(loadFailure(error, options.spec, options)),
    };
    this.#handle = pool.add(job);
  }

  get load(): number {
    return Math.min(1, this.running / this.#options.workers);
  }

  get lanes(): readonly LaneWork[] {
    return this.#traffic.lanes(this.#restarts);
  }

  get figures(): StageFigures {
    return this.#traffic.figures;
  }

  get resources(): ResourceCounts | undefined {
    const { spec, setsUp } = this.#options;
    if (!setsUp || spec.resources !== undefined) return undefined;
    const { owed, done } = this.#handle.closings;
    return { opened: owed, closed: done, abandoned: owed - done };
  }

  get parts(): readonly StagePart[] | undefined {
    return this.#options.fused?.parts(this.#restarts);
  }

  get #restarts(): ReadonlyMap<number, number> {
    return new Map(this.#pool.lanes.map((lane) => [lane.worker, lane.restarts]));
  }

  readonly advance = (): void => {
    this.#unstepped = false;
    if (!this.#stopped) this.#handle.poke();
  };

  readonly stop = (): void => {
    if (this.#stopped) return;
    this.#stopped = true;
    void this.#close();
  };

  get close(): (() => Promise<readonly unknown[]>) | undefined {
    return this.#options.setsUp ? this.#close : undefined;
  }

  readonly #close = (): Promise<readonly unknown[]> => {
    this.#closing ??= this.#handle.close();
    return this.#closing;
  };

  #take(max: number, lane: number): SlotBatch | undefined {
    if (this.#stopped || this.#unstepped || this.#work.retries?.resting) return undefined;
    const { slots, keys, alone } = this.#dealer.take(max, lane);
    // A key function may have ended the run.
    if (slots.length === 0 || this.#stopped) return undefined;
    const items = slots.map((slot) => this.#work.item(slot));
    this.running += slots.length;
    const attempts = this.#attemptsOf(slots);
    const times = this.#traffic.batch(slots.length);
    return { items, slots, lane, keys, alone, times, attempts, spare: this.#borrow(), next: 0, rest: undefined };
  }

  /** Undefined while all are first ones: the message to the lane stays as small as it can be. */
  #attemptsOf(slots: readonly number[]): readonly number[] | undefined {
    const { retries } = this.#work;
    if (retries === undefined) return undefined;
    const attempts = slots.map(retries.attempt);
    return attempts.some((number) => number > 1) ? attempts : undefined;
  }

  #borrow(): number {
    const spare = Math.min(maxSpare, this.#ahead);
    this.#ahead -= spare;
    return spare;
  }

  readonly #giveBack = (outputs: number): void => {
    this.#ahead += outputs;
  };

  #reply(batch: SlotBatch, reply: Reply): void {
    if (this.#stopped) return;
    this.#unstepped = true;
    const before = batch.next;
    // Its lane job is a `FusedChain` then.
    this.#options.fused?.told(reply.lane, reply.busyMs, reply.note as VisitNote);
    this.#giveBack(batch.spare);
    batch.spare = 0;
    if (reply.counts === undefined && reply.failures === undefined) this.#oneEach(batch, reply.values);
    else this.#several(batch, reply);
    this.running -= batch.next - before + reply.returned;
    // What the lane has given back of the batch runs again.
    if (!reply.more) this.#dealer.ended(batch.keys, batch.lane, batch.slots.slice(batch.next));
    this.#traffic.told(batch.times, reply, batch.next - before);
    this.#work.wake();
  }

  #oneEach(batch: SlotBatch, values: readonly unknown[]): void {
    const first = batch.next;
    for (let i = 0; i < values.length; i += 1) this.#work.value(batch.slots[first + i]!, values[i]);
    batch.next = batch.slots.length;
  }

  #several(batch: SlotBatch, { values, counts, failures, more }: Reply): void {
    const { fused } = this.#options;
    const errors = new Map(failures?.map(({ index, error }) => [index, fused === undefined ? error : fused.blamed(error)]));
    let at = 0;
    const covered = counts ?? batch.slots.slice(batch.next).map((_, i) => (errors.has(batch.next + i) ? 0 : 1));
    covered.forEach((count, i) => {
      const index = batch.next;
      const outputs = values.slice(at, at + count);
      at += count;
      const unfinished = more && i === covered.length - 1;
      if (unfinished) {
        this.#pending(batch, outputs);
        return;
      }
      this.#settle(batch, index, outputs, errors);
      batch.next += 1;
    });
  }

  /** The last covered item goes on: its slot is filled bit by bit, each time the stage has taken what was here. */
  #pending(batch: SlotBatch, outputs: readonly unknown[]): void {
    if (batch.rest !== undefined) {
      this.#arrive(batch.rest, outputs);
      return;
    }
    const resume = (): void => {
      batch.spare = this.#borrow();
      this.#handle.resume(batch, batch.spare);
    };
    batch.rest = this.#emission(outputs, resume);
    this.#work.many(batch.slots[batch.next]!, batch.rest);
  }

  #settle(batch: SlotBatch, index: number, outputs: readonly unknown[], errors: ReadonlyMap<number, unknown>): void {
    const slot = batch.slots[index]!;
    const { rest } = batch;
    batch.rest = undefined;
    const failed = errors.has(index);
    if (rest === undefined && outputs.length === 0) {
      if (failed) this.#work.failed(slot, errors.get(index));
      else this.#work.none(slot);
      return;
    }
    if (rest === undefined && outputs.length === 1 && !failed) {
      this.#work.value(slot, outputs[0]);
      return;
    }
    // What an item gave before it failed stands: the item has one outcome, an emission that breaks off.
    const emission = rest ?? this.#emission(outputs, undefined);
    if (rest !== undefined) this.#arrive(rest, outputs);
    if (failed) emission.fail(errors.get(index));
    else emission.end();
    if (rest === undefined) this.#work.many(slot, emission);
  }

  #emission(outputs: readonly unknown[], resume: (() => void) | undefined): RemoteEmission {
    const emission = new RemoteEmission({ resume, giveBack: this.#giveBack, wake: this.#work.wake });
    this.#arrive(emission, outputs);
    return emission;
  }

  /** The first output of a part lies in the item's own place, the others on loan. */
  #arrive(emission: RemoteEmission, outputs: readonly unknown[]): void {
    this.#ahead -= Math.max(0, outputs.length - 1);
    emission.arrive(outputs);
  }

  /**
   * The item that ran is charged with the death; so is one that has given outputs, which must not come twice. The others run again at no
   * charge, one by one when any of them may have been the one that ran: one that was run so, and ends its lane, is charged.
   */
  #lost(batch: SlotBatch, suspect: Suspect, why: Error): void {
    if (this.#stopped) return;
    this.running -= batch.slots.length - batch.next;
    this.#giveBack(batch.spare);
    batch.spare = 0;
    const { rest } = batch;
    const ran = suspect === 'unknown' && batch.alone ? batch.next : suspect;
    const charged = rest === undefined ? ran : batch.next;
    const again = batch.slots.filter((_, index) => index >= batch.next && index !== charged);
    this.#dealer.ended(batch.keys, batch.lane, again, charged === 'unknown');
    if (typeof charged === 'number') {
      const error = this.#options.fused?.died(batch.lane, charged === ran, why) ?? why;
      if (rest !== undefined) rest.fail(error);
      else this.#work.failed(batch.slots[charged]!, error);
    }
    this.#work.wake();
  }
}
