import type { ToLane } from '../wire/frame.js';
import { encodeThrown, type Thrown } from '../wire/remote-error.js';
import { Emissions, type TaskLaneJob } from './lane-job.js';
import type { LaneSide } from './lane-side.js';
import { ReplyDraft } from './reply-draft.js';

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
  /** Cancelled, or the lane closes: nothing is answered. */
  | 'stopped';

type BatchFrame = Extract<ToLane, { readonly kind: 'batch' }>;
type Iterating = Emissions['iterator'];

/** What the item at hand waits for, and what came of it until `advance` takes it up. */
type Promised =
  | { readonly kind: 'pending' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown };

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
  readonly #note: TaskLaneJob['note'];
  readonly batch: number;
  readonly job: number;
  readonly #items: readonly unknown[];
  readonly #refused: ReadonlyMap<number, Thrown> | undefined;
  /** It may advance: what it waits for has settled, or what it emitted has waited long enough. Of no meaning while it is paused. */
  readonly #onTurn: (run: BatchRun) => void;
  readonly #draft: ReplyDraft;
  /** The item at hand. */
  #index = 0;
  #iterator: Iterating | undefined;
  /** Outputs beyond one an item that the next reply may hold; with more the item pauses until the pool resumes it. */
  #spare: number;
  #promised: Promised | undefined;
  readonly #attempts: readonly number[] | undefined;
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
    this.#note = task.note;
    this.job = job;
    this.batch = batch;
    this.#items = items;
    this.#refused = refused && new Map(refused.map(({ index, error }) => [index, error]));
    this.#spare = spare;
    this.#attempts = attempts;
    this.#onTurn = onTurn;
    this.#draft = new ReplyDraft(lane, batch);
  }

  /** Room for the next reply, before `advance` goes on with a paused batch. */
  allow(spare: number): void {
    this.#spare = spare;
  }

  /** Runs on as far as it can, and replies when it is finished or paused. */
  advance(): Step {
    if (this.#startedAt === 0) this.#startedAt = performance.now();
    const step = this.#runItems();
    if (step !== 'waiting') {
      // While a promise is awaited its item runs; else the lane is between items.
      this.#lane.cell.clear();
      if (step === 'finished' || step === 'paused') this.#reply(step === 'paused');
    }
    return step;
  }

  /** Runs no further item; a paused iterator is told to return. */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    const iterator = this.#iterator;
    this.#iterator = undefined;
    await returnOf(iterator);
  }

  #runItems(): Step {
    const { cell, context } = this.#lane;
    const run = this.#run;
    const items = this.#items;
    const draft = this.#draft;
    const attempts = this.#attempts;
    if (this.#iterator !== undefined || this.#promised !== undefined) {
      const step = this.#continueItem();
      if (step !== 'finished') return step;
    }
    while (this.#index < items.length) {
      if (this.#cancelled || cell.stopped) return 'stopped';
      cell.publish(this.batch, this.#index);
      const refused = this.#refused?.get(this.#index);
      if (refused !== undefined) {
        this.#endItem(refused);
        continue;
      }
      let result: unknown;
      try {
        result = run(items[this.#index], attempts === undefined ? context : { ...context, attempt: attempts[this.#index]! });
      } catch (error) {
        this.#failItem(error);
        continue;
      }
      if (isPlain(result)) {
        draft.single(result);
        this.#index++;
        continue;
      }
      const step = this.#takeResult(result);
      if (step !== 'finished') return step;
    }
    return 'finished';
  }

  /** Takes up the item where it was left: at a promise that has settled by now, or in the midst of its outputs. */
  #continueItem(): Step {
    if (this.#cancelled || this.#lane.cell.stopped) return 'stopped';
    const promised = this.#promised;
    if (promised?.kind === 'pending' && this.#draft.emitted > 0) return 'paused';
    this.#lane.cell.publish(this.batch, this.#index);
    // Resumed while it still waits: the lane waits with it.
    if (promised?.kind === 'pending') return 'waiting';
    this.#promised = undefined;
    if (promised === undefined) return this.#pull();
    if (promised.kind === 'error') return this.#failItem(promised.error);
    if (this.#iterator === undefined) return this.#takeResult(promised.value);
    return this.#takeEmission(promised.value) ?? this.#pull();
  }

  #takeResult(result: unknown): Step {
    if (result instanceof Emissions) {
      this.#iterator = result.iterator;
      return this.#pull();
    }
    if (isThenable(result)) return this.#wait(result);
    this.#draft.single(result);
    this.#index++;
    return 'finished';
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
      if (this.#cancelled || this.#lane.cell.stopped) return 'stopped';
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
    const pending: Promised = { kind: 'pending' };
    this.#promised = pending;
    const immediate = this.#draft.emitted > 0 ? setImmediate(() => this.#sendEmitted()) : undefined;
    const settle = (settled: Promised): void => {
      clearImmediate(immediate);
      // It has failed by now: an output that it sent could not be cloned.
      if (this.#promised !== pending) return;
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

  #failItem(error: unknown): 'finished' {
    return this.#endItem(encodeThrown(error));
  }

  #endItem(error?: Thrown): 'finished' {
    this.#draft.end(error);
    this.#iterator = undefined;
    this.#index++;
    return 'finished';
  }

  #reply(more: boolean): void {
    const fault = this.#draft.send(more, this.#startedAt, this.#note?.());
    this.#startedAt = 0;
    if (fault === undefined) return;
    // The item at hand fails when it is resumed, whatever it waits for.
    void returnOf(this.#iterator);
    this.#promised = { kind: 'error', error: fault };
  }
}

/** Tells an iterator that nobody will pull it again. What comes of that concerns nobody: its item or its batch has been given up. */
async function returnOf(iterator: Iterating | undefined): Promise<void> {
  try {
    await iterator?.return?.();
  } catch {
    // See above.
  }
}

/** Neither a promise nor emissions, for sure and at the lowest price. */
function isPlain(result: unknown): boolean {
  return typeof result !== 'object' || result === null || (!isThenable(result) && !(result instanceof Emissions));
}

/** What throws when it is asked is a value, whose item fails when it is sent. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}
