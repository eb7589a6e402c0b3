import type { TimeoutError } from '../errors.js';
import type { ToLane } from '../wire/frame.js';
import { encodeThrown, type Thrown } from '../wire/remote-error.js';
import type { ItemLife } from './item-life.js';
import { Emissions, type TaskLaneJob } from './lane-job.js';
import type { LaneSide } from './lane-side.js';
import { ReplyDraft } from './reply-draft.js';
import { type Iterating, isPlain, isThenable, returnOf } from './results.js';
import { TimeLimit } from './time-limit.js';

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

/** What the item at hand waits for, and what came of it until `advance` takes it up. */
type Promised =
  | { readonly kind: 'pending'; readonly promise: PromiseLike<unknown> }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown }
  /** The item was given up. */
  | { readonly kind: 'nothing' };

/**
 * Runs the items of one batch in order, one at a time. An item that gives a value costs no promise and no allocation; one that gives
 * a promise suspends the run, and the lane takes it up again when the promise settles.
 *
 * An item that waits for its next output, perhaps for ever, pauses once it has waited into a later turn of the event loop and has outputs
 * to send: the lane goes on with other batches. Its promise may settle while it is paused, and is taken up when it is resumed.
 */
export class BatchRun {
  readonly #lane: LaneSide;
  readonly #run: TaskLaneJob['run'];
  readonly batch: number;
  readonly job: number;
  readonly #items: readonly unknown[];
  readonly #refused: ReadonlyMap<number, Thrown> | undefined;
  readonly #attempts: readonly number[] | undefined;
  /** It may advance: what it waits for has settled, or what it emitted has waited long enough. Of no meaning while it is paused. */
  readonly #onTurn: (run: BatchRun) => void;
  readonly #draft: ReplyDraft;
  readonly #limit: TimeLimit | undefined;
  /** The item at hand. */
  #index = 0;
  #life: ItemLife | undefined;
  #iterator: Iterating | undefined;
  #promised: Promised | undefined;
  /** Items that were given up, the one at hand perhaps among them. */
  #givenUp: Set<number> | undefined;
  /** Outputs beyond one an item that the next reply may hold; with more the item pauses until the pool resumes it. */
  #spare: number;
  #cancelled = false;
  #startedAt = 0;

  constructor(
    lane: LaneSide,
    task: TaskLaneJob,
    { job, batch, refused, spare, attempts }: Pick<BatchFrame, 'job' | 'batch' | 'refused' | 'spare' | 'attempts'>,
    items: readonly unknown[],
    onTurn: (run: BatchRun) => void,
  ) {
    this.#lane = lane;
    this.#run = task.run;
    this.job = job;
    this.batch = batch;
    this.#items = items;
    this.#refused = refused && new Map(refused.map(({ index, error }) => [index, error]));
    this.#spare = spare;
    this.#attempts = attempts;
    this.#onTurn = onTurn;
    this.#draft = new ReplyDraft(lane, batch);
    this.#limit = lane.timeoutMs === undefined ? undefined : new TimeLimit(lane.timeoutMs, (error) => this.#timeOut(error));
  }

  /** Room for the next reply, before `advance` goes on with a paused batch. */
  allow(spare: number): void {
    this.#spare = spare;
  }

  /** Runs on as far as it can, and replies when it is finished or paused. */
  advance(): Step {
    if (this.#startedAt === 0) {
      this.#startedAt = performance.now();
      if (this.#isUnderWay) this.#limit?.goOn();
    }
    const step = this.#runItems();
    // While a promise is awaited its item runs; else the lane is between items.
    if (step === 'waiting' || (step === 'called' && this.#isUnderWay)) return step;
    this.#lane.cell.clear();
    if (step === 'paused') this.#limit?.pause();
    if (step === 'finished' || step === 'paused') this.#reply(step === 'paused');
    return step;
  }

  /** Runs no further item, and lets the one at hand go. */
  cancel(): void {
    this.#cancelled = true;
    this.#letGo();
    this.#life?.end();
  }

  /**
   * Gives one item up. One that the lane waits for is waited for, and what comes of it is not sent; one that is paused, or has been resumed
   * and is not `current` yet, is over: the batch goes on.
   */
  giveUp(index: number, reason: unknown, current: boolean): void {
    if (index < this.#index) return;
    this.#givenUp ??= new Set();
    this.#givenUp.add(index);
    if (index > this.#index || !this.#isUnderWay) return;
    this.#life?.abort(reason);
    if (current) this.#limit?.disarm();
    else {
      this.#letGo();
      this.#promised = { kind: 'nothing' };
    }
  }

  /** The item at hand has begun. */
  get #isUnderWay(): boolean {
    return this.#iterator !== undefined || this.#promised !== undefined;
  }

  #runItems(): Step {
    const { cell, lives } = this.#lane;
    const run = this.#run;
    const items = this.#items;
    const attempts = this.#attempts;
    const limit = this.#limit;
    if (this.#isUnderWay) {
      const step = this.#continueItem();
      if (step !== 'finished') return step;
    }
    while (this.#index < items.length) {
      if (this.#cancelled || cell.called) return this.#halted();
      if (this.#skips()) continue;
      if (limit === undefined) cell.publish(this.batch, this.#index);
      else {
        cell.publishWatched(this.batch, this.#index);
        limit.begin();
      }
      const life = lives.begin(attempts?.[this.#index]);
      this.#life = life;
      let result: unknown;
      try {
        result = run(items[this.#index], life.context);
      } catch (error) {
        this.#failItem(error);
        continue;
      }
      if (isPlain(result)) {
        this.#finish(result);
        continue;
      }
      life.kept = true;
      const step = this.#takeResult(result);
      if (step !== 'finished') return step;
    }
    return 'finished';
  }

  #halted(): 'stopped' | 'called' {
    return this.#cancelled || this.#lane.cell.stopped ? 'stopped' : 'called';
  }

  /** Ends an item that is not to be run. */
  #skips(): boolean {
    if (this.#givenUp?.has(this.#index)) {
      this.#endItem();
      return true;
    }
    const refused = this.#refused?.get(this.#index);
    if (refused === undefined) return false;
    this.#endItem(refused);
    return true;
  }

  /** Takes up the item where it was left: at a promise that has settled by now, or in the midst of its outputs. */
  #continueItem(): Step {
    if (this.#cancelled || this.#lane.cell.called) return this.#halted();
    const promised = this.#promised;
    const wanted = this.#givenUp?.has(this.#index) !== true;
    if (promised?.kind === 'pending' && wanted && this.#draft.emitted > 0) return 'paused';
    if (this.#limit === undefined) this.#lane.cell.publish(this.batch, this.#index);
    else this.#lane.cell.publishWatched(this.batch, this.#index);
    if (promised?.kind === 'pending') {
      // Resumed while it still waits: the lane waits with it.
      if (wanted) this.#limit?.arm();
      return 'waiting';
    }
    if (!wanted) return this.#endGivenUp();
    this.#promised = undefined;
    if (promised?.kind === 'error') return this.#failItem(promised.error);
    const late = this.#limit?.overdue();
    if (late !== undefined) return this.#failLate(late);
    if (promised?.kind !== 'value') return this.#pull();
    if (this.#iterator === undefined) return this.#takeResult(promised.value);
    return this.#takeEmission(promised.value) ?? this.#pull();
  }

  #takeResult(result: unknown): Step {
    if (result instanceof Emissions) {
      this.#iterator = result.iterator;
      return this.#pull();
    }
    if (isThenable(result)) return this.#wait(result);
    return this.#finish(result);
  }

  #pull(): Step {
    for (;;) {
      let result: unknown;
      try {
        result = this.#iterator!.next();
      } catch (error) {
        return this.#failItem(error);
      }
      if (isThenable(result)) return this.#wait(result);
      const step = this.#takeEmission(result);
      if (step !== undefined) return step;
      if (this.#cancelled || this.#lane.cell.called) return this.#halted();
      const late = this.#limit?.overdue();
      if (late !== undefined) return this.#failLate(late);
    }
  }

  /** Undefined: the item may emit on. */
  #takeEmission(result: unknown): Step | undefined {
    if (typeof result !== 'object' || result === null)
      return this.#failItem(new TypeError(`an iterator gave ${String(result)} instead of a result`));
    let done: boolean | undefined;
    let value: unknown;
    try {
      ({ done, value } = result as IteratorResult<unknown>);
    } catch (error) {
      return this.#failItem(error);
    }
    if (done) return this.#endItem();
    this.#draft.emit(value);
    return this.#isFull() ? 'paused' : undefined;
  }

  #isFull(): boolean {
    if (this.#draft.excess > this.#spare) return true;
    return this.#draft.emitted % CLOCK_EVERY === 0 && performance.now() - this.#startedAt > MAX_EMITTING_MS;
  }

  #wait(promise: PromiseLike<unknown>): Step {
    const pending: Promised = { kind: 'pending', promise };
    this.#promised = pending;
    const immediate = this.#draft.emitted > 0 ? setImmediate(() => this.#sendEmitted()) : undefined;
    this.#limit?.arm();
    const settle = (settled: Promised): void => {
      clearImmediate(immediate);
      // It has ended by now: timed out, given up, or one of its outputs could not be cloned.
      if (this.#promised !== pending) return;
      this.#limit?.disarm();
      this.#promised = settled;
      this.#onTurn(this);
    };
    Promise.resolve(promise).then(
      (value) => settle({ kind: 'value', value }),
      (error) => settle({ kind: 'error', error }),
    );
    return 'waiting';
  }

  #sendEmitted(): void {
    // A lane that closes waits for the promise.
    if (!this.#cancelled && !this.#lane.cell.stopped) this.#onTurn(this);
  }

  /** The item waits, and its time is over. */
  #timeOut(error: TimeoutError): void {
    this.#letGo();
    this.#life?.abort(error);
    this.#promised = { kind: 'error', error };
    this.#onTurn(this);
  }

  #failLate(error: TimeoutError): 'finished' {
    this.#letGo();
    this.#life?.abort(error);
    return this.#failItem(error);
  }

  #endGivenUp(): 'finished' {
    this.#letGo();
    this.#draft.retract();
    return this.#endItem();
  }

  /** Nobody waits any longer for what the item at hand does; its job is closed after it. */
  #letGo(): void {
    this.#limit?.disarm();
    if (this.#promised?.kind === 'pending') this.#lane.outlive(this.#promised.promise);
    if (this.#iterator !== undefined) this.#lane.outlive(returnOf(this.#iterator));
    this.#promised = undefined;
    this.#iterator = undefined;
  }

  /** The item has given its one output. */
  #finish(output: unknown): 'finished' {
    const late = this.#limit?.overdue();
    if (late !== undefined) return this.#failLate(late);
    this.#draft.single(output);
    this.#leaveItem();
    return 'finished';
  }

  #failItem(error: unknown): 'finished' {
    return this.#endItem(encodeThrown(error));
  }

  #endItem(error?: Thrown): 'finished' {
    this.#draft.end(error);
    this.#leaveItem();
    return 'finished';
  }

  #leaveItem(): void {
    this.#iterator = undefined;
    this.#promised = undefined;
    this.#index++;
    const life = this.#life;
    if (life?.kept) life.end();
  }

  #reply(more: boolean): void {
    const fault = this.#draft.send(more, this.#startedAt);
    this.#startedAt = 0;
    if (fault === undefined) return;
    // The item at hand fails when it is resumed, whatever it waits for.
    this.#letGo();
    this.#promised = { kind: 'error', error: fault };
  }
}
