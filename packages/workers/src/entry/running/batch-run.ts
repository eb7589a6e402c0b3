import type { ToLane } from '../../wire/frame.js';
import type { Thrown } from '../../wire/remote-error.js';
import type { TaskLaneJob } from '../lane-job.js';
import type { ItemLife } from './item-life.js';
import { ItemRun, type ItemStep } from './item-run.js';
import type { LaneSide } from './lane-side.js';
import { ReplyDraft } from './reply-draft.js';
import { isPlain } from './results.js';
import { Slice } from './slice.js';

/** An expanding item that has emitted for so long lets its outputs go, though they are few. */
const MAX_EMITTING_MS = 50;
/** How often a synchronous iterator looks at the clock, in outputs. */
const CLOCK_EVERY = 16;

export type Step =
  | 'finished'
  /** The item at hand has sent what it emitted so far, and goes on by `advance` when the pool resumes it. */
  | 'paused'
  /** A promise is awaited: `onTurn` follows, then `advance`. */
  | 'waiting'
  /** Frames must be read before it goes on by `advance`. */
  | 'called'
  /** Cancelled, or the lane closes: nothing is answered. */
  | 'stopped';

type BatchFrame = Extract<ToLane, { readonly kind: 'batch' }>;

/**
 * Runs the items of one batch in order, one at a time, until its slice of time is over: then the rest goes back with the reply. An item
 * that gives a value costs no promise and no allocation; one that gives a promise suspends the run, and the lane takes it up again when
 * the promise settles.
 *
 * An item that waits for its next output, perhaps for ever, pauses once it has waited into a later turn of the event loop and has outputs
 * to send: the lane goes on with other batches. Its promise may settle while it is paused, and is taken up when it is resumed.
 */
export class BatchRun {
  readonly #lane: LaneSide;
  readonly #run: TaskLaneJob['run'];
  readonly #note: TaskLaneJob['note'];
  readonly batch: number;
  readonly job: number;
  readonly #items: readonly unknown[];
  readonly #refused: ReadonlyMap<number, Thrown> | undefined;
  readonly #attempts: readonly number[] | undefined;
  readonly #draft: ReplyDraft;
  /** The item at hand. */
  readonly #item: ItemRun;
  #index = 0;
  /** Items that were given up, the one at hand perhaps among them. */
  #givenUp: Set<number> | undefined;
  /** Outputs beyond one an item that the next reply may hold; with more the item pauses until the pool resumes it. */
  #spare: number;
  #cancelled = false;
  #startedAt = 0;
  readonly #slice = new Slice();

  /** `onTurn`: it may advance. Of no meaning while it is paused. */
  constructor(
    lane: LaneSide,
    task: TaskLaneJob,
    { job, batch, refused, spare, attempts }: Pick<BatchFrame, 'job' | 'batch' | 'refused' | 'spare' | 'attempts'>,
    items: readonly unknown[],
    onTurn: (run: BatchRun) => void,
  ) {
    this.#lane = lane;
    this.#run = task.run;
    this.#note = task.note;
    this.job = job;
    this.batch = batch;
    this.#items = items;
    this.#refused = refused && new Map(refused.map(({ index, error }) => [index, error]));
    this.#spare = spare;
    this.#attempts = attempts;
    this.#draft = new ReplyDraft(lane, batch);
    this.#item = new ItemRun({
      ...{ lane, draft: this.#draft },
      onTurn: () => onTurn(this),
      isFull: () => this.#isFull(),
      isHalted: () => this.#isHalted,
    });
  }

  /** Room for the next reply, before `advance` goes on with a paused batch. */
  allow(spare: number): void {
    this.#spare = spare;
  }

  /** Runs on as far as it can, and replies when it is finished or paused. */
  advance(): Step {
    if (this.#startedAt === 0) {
      this.#startedAt = performance.now();
      this.#slice.begin(this.#startedAt);
      if (this.#item.isUnderWay) this.#item.limit?.goOn();
    }
    const step = this.#runItems();
    if (step === 'halted') return this.#halt();
    // While a promise is awaited its item runs; else the lane is between items.
    if (step === 'waiting') return step;
    this.#lane.cell.clear();
    if (step === 'paused') this.#item.limit?.pause();
    else this.#item.limit?.stop();
    this.#reply(step === 'paused');
    return step;
  }

  /** Runs no further item, and lets the one at hand go. */
  cancel(): void {
    this.#cancelled = true;
    this.#item.abandon();
    this.#item.limit?.stop();
  }

  /**
   * Gives one item up. One that the lane waits for is waited for, and what comes of it is not sent; one that is paused, or has been resumed
   * and is not `current` yet, is over: the batch goes on.
   */
  giveUp(index: number, reason: unknown, current: boolean): void {
    if (index < this.#index) return;
    this.#givenUp ??= new Set();
    this.#givenUp.add(index);
    if (!this.#item.isUnderWay) return;
    if (current) this.#publish();
    if (index > this.#index) return;
    this.#item.abort(reason);
    if (current) this.#item.limit?.disarm();
    else this.#item.giveUpPaused();
  }

  get #isHalted(): boolean {
    return this.#cancelled || this.#lane.cell.called;
  }

  #halt(): 'stopped' | 'called' {
    const stopped = this.#cancelled || this.#lane.cell.stopped;
    if (stopped || !this.#item.isUnderWay) this.#lane.cell.clear();
    return stopped ? 'stopped' : 'called';
  }

  #runItems(): ItemStep {
    const { cell, lives } = this.#lane;
    const run = this.#run;
    const items = this.#items;
    const item = this.#item;
    const draft = this.#draft;
    const attempts = this.#attempts;
    const batch = this.batch;
    const { limit } = item;
    const slice = this.#slice;
    let life: ItemLife | undefined;
    if (item.isUnderWay) {
      const step = this.#continueItem();
      if (step !== 'finished') return step;
      this.#index++;
      slice.lookNext();
    }
    for (; this.#index < items.length; this.#index++) {
      if (this.#cancelled || cell.called) return 'halted';
      // Not before its first item: a batch that is given back whole would never be run.
      if (this.#index > 0 && slice.isOver) return 'finished';
      if ((this.#givenUp !== undefined || this.#refused !== undefined) && this.#skips(this.#index)) continue;
      if (limit === undefined && this.#givenUp === undefined) cell.publish(batch, this.#index);
      else this.#publish();
      const attempt = attempts === undefined ? 1 : attempts[this.#index]!;
      if (life === undefined || life.kept || life.attempt !== attempt) {
        life = lives.begin(attempt);
        item.begin(life);
      }
      let result: unknown;
      try {
        result = run(items[this.#index], life.context);
      } catch (error) {
        item.fail(error);
        continue;
      }
      if (isPlain(result)) {
        // Nothing is left of the item: the short way of `finish`.
        if (limit === undefined && !life.kept) draft.single(result);
        else item.finish(result);
        continue;
      }
      const step = item.take(result);
      if (step !== 'finished') return step;
    }
    return 'finished';
  }

  /** The pool watches the items of a batch that have a time limit, and those that it has given up. */
  #publish(): void {
    const { limit } = this.#item;
    const { cell } = this.#lane;
    if (limit === undefined && this.#givenUp === undefined) cell.publish(this.batch, this.#index);
    else cell.publishWatched(this.batch, this.#index);
    if (!this.#item.isUnderWay) limit?.begin();
  }

  /** Ends an item that is not to be run. */
  #skips(index: number): boolean {
    if (this.#givenUp?.has(index)) {
      this.#item.end();
      return true;
    }
    const refused = this.#refused?.get(index);
    if (refused === undefined) return false;
    this.#item.end(refused);
    return true;
  }

  #continueItem(): ItemStep {
    const item = this.#item;
    if (this.#isHalted) return 'halted';
    const wanted = this.#givenUp?.has(this.#index) !== true;
    if (item.isPending && wanted && this.#draft.emitted > 0) return 'paused';
    this.#publish();
    if (wanted) return item.goOn();
    return item.isPending ? 'waiting' : item.endGivenUp();
  }

  #isFull(): boolean {
    if (this.#draft.excess > this.#spare) return true;
    return this.#draft.emitted % CLOCK_EVERY === 0 && performance.now() - this.#startedAt > MAX_EMITTING_MS;
  }

  #reply(more: boolean): void {
    if (!more && this.#index < this.#items.length) this.#draft.countAll();
    const fault = this.#draft.send(more, this.#startedAt, this.#note?.(), more && this.#item.isPending);
    this.#startedAt = 0;
    if (fault !== undefined) this.#item.failLater(fault);
  }
}
