import { copyOf } from '../wire/clone-fault.js';
import { pack, transfersOf } from '../wire/codec.js';
import type { FailureFrame, ToLane } from '../wire/frame.js';
import { encodeThrown } from '../wire/remote-error.js';
import { Emissions, type TaskLaneJob } from './lane-job.js';
import type { LaneSide } from './lane-side.js';

/** An expanding item that has emitted for so long lets its outputs go, though they are few. */
const MAX_EMITTING_MS = 50;
/** How often a synchronous iterator looks at the clock, in outputs. */
const CLOCK_EVERY = 16;

export type Step =
  | 'finished'
  /** An item has more outputs than a reply holds: goes on by `advance` when the pool resumes it. */
  | 'paused'
  /** A promise is awaited: `onSettled` follows, then `advance`. */
  | 'waiting'
  /** Cancelled, or the lane closes: nothing is answered. */
  | 'stopped';

type BatchFrame = Extract<ToLane, { readonly kind: 'batch' }>;
type Iterating = Emissions['iterator'];

/** What an awaited promise became, until `advance` takes it up. */
type Settled = { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'error'; readonly error: unknown };

/**
 * Runs the items of one batch in order, one at a time. An item that gives a value costs no promise and no allocation; one that gives
 * a promise suspends the run, and the lane takes it up again when the promise settles.
 */
export class BatchRun {
  readonly #lane: LaneSide;
  readonly #run: TaskLaneJob['run'];
  readonly batch: number;
  readonly job: number;
  readonly #items: readonly unknown[];
  readonly #refused: ReadonlyMap<number, FailureFrame> | undefined;
  readonly #onSettled: (run: BatchRun) => void;
  /** The item at hand; the first one not yet covered by a reply is `#covered`. */
  #index = 0;
  #covered = 0;
  #outputs: unknown[] = [];
  /** Undefined while every covered item gave exactly one output. */
  #counts: number[] | undefined;
  #failures: FailureFrame[] | undefined;
  #iterator: Iterating | undefined;
  #emitted = 0;
  /** Outputs beyond one an item that the next reply may hold; with more the item pauses until the pool resumes it. */
  #spare: number;
  #settled: Settled | undefined;
  #cancelled = false;
  #startedAt = 0;

  constructor(
    lane: LaneSide,
    task: TaskLaneJob,
    { job, batch, refused, spare }: Pick<BatchFrame, 'job' | 'batch' | 'refused' | 'spare'>,
    items: readonly unknown[],
    onSettled: (run: BatchRun) => void,
  ) {
    this.#lane = lane;
    this.#run = task.run;
    this.job = job;
    this.batch = batch;
    this.#items = items;
    this.#refused = refused && new Map(refused.map((failure) => [failure.index, failure]));
    this.#spare = spare;
    this.#onSettled = onSettled;
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
    if (this.#iterator !== undefined || this.#settled !== undefined) {
      const step = this.#continueItem();
      if (step !== 'finished') return step;
    }
    while (this.#index < items.length) {
      if (this.#cancelled || cell.stopped) return 'stopped';
      cell.publish(this.batch, this.#index);
      const refused = this.#refused?.get(this.#index);
      if (refused !== undefined) {
        this.#endItem(0, refused);
        continue;
      }
      let result: unknown;
      try {
        result = run(items[this.#index], context);
      } catch (error) {
        this.#failItem(error);
        continue;
      }
      if (isPlain(result)) {
        this.#outputs.push(result);
        if (this.#counts !== undefined) this.#counts.push(1);
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
    this.#lane.cell.publish(this.batch, this.#index);
    const settled = this.#settled;
    this.#settled = undefined;
    if (settled === undefined) return this.#pull();
    if (settled.kind === 'error') return this.#failItem(settled.error);
    if (this.#iterator === undefined) return this.#takeResult(settled.value);
    return this.#takeEmission(settled.value) ?? this.#pull();
  }

  #takeResult(result: unknown): Step {
    if (result instanceof Emissions) {
      this.#iterator = result.iterator;
      return this.#pull();
    }
    if (isThenable(result)) return this.#wait(result);
    this.#outputs.push(result);
    this.#counts?.push(1);
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
    if (done) return this.#endItem(this.#emitted, undefined);
    this.#outputs.push(value);
    this.#emitted++;
    return this.#isFull() ? 'paused' : undefined;
  }

  #isFull(): boolean {
    // One output an item is what every batch may hold, the item at hand included; only what expansions add to that counts.
    if (this.#outputs.length - (this.#index - this.#covered) > this.#spare) return true;
    return this.#emitted % CLOCK_EVERY === 0 && performance.now() - this.#startedAt > MAX_EMITTING_MS;
  }

  #wait(promise: PromiseLike<unknown>): Step {
    const settle = (settled: Settled): void => {
      this.#settled = settled;
      this.#onSettled(this);
    };
    Promise.resolve(promise).then(
      (value) => settle({ kind: 'value', value }),
      (error) => settle({ kind: 'error', error }),
    );
    return 'waiting';
  }

  #failItem(error: unknown): 'finished' {
    return this.#endItem(this.#emitted, { index: this.#index, error: encodeThrown(error) });
  }

  #endItem(outputs: number, failure: FailureFrame | undefined): 'finished' {
    this.#counts ??= new Array<number>(this.#index - this.#covered).fill(1);
    this.#counts.push(outputs);
    if (failure !== undefined) {
      this.#failures ??= [];
      this.#failures.push(failure);
    }
    this.#iterator = undefined;
    this.#emitted = 0;
    this.#index++;
    return 'finished';
  }

  #reply(more: boolean): void {
    if (more) {
      this.#counts ??= new Array<number>(this.#index - this.#covered).fill(1);
      this.#counts.push(this.#emitted);
    }
    try {
      this.#postReply(more);
    } catch {
      this.#blameOutputs(more);
      this.#postReply(more);
    }
    this.#covered = this.#index;
    this.#outputs = [];
    // A later reply does not begin with the batch, so it must always tell what it covers.
    this.#counts = [];
    this.#failures = undefined;
    this.#emitted = 0;
    this.#startedAt = 0;
  }

  #postReply(more: boolean): void {
    const values = pack(this.#outputs);
    const busyMs = performance.now() - this.#startedAt;
    this.#lane.post(
      { kind: 'reply', batch: this.batch, values, counts: this.#counts, failures: this.#failures, more, busyMs },
      transfersOf(values),
    );
  }

  /**
   * Some output cannot be cloned: its item fails, keeping the outputs before it. A paused item fails when it is resumed. Copies take the
   * place of the outputs, since a getter may throw at any look.
   */
  #blameOutputs(more: boolean): void {
    const outputs: unknown[] = [];
    const failures = new Map((this.#failures ?? []).map((failure) => [failure.index, failure]));
    const counts = this.#counts ?? new Array<number>(this.#index - this.#covered).fill(1);
    let next = 0;
    this.#counts = counts.map((count, i) => {
      const own = this.#outputs.slice(next, next + count);
      next += count;
      let good = 0;
      for (const output of own) {
        const copy = copyOf(output, 'output');
        if (copy.kind === 'fault') {
          const index = this.#covered + i;
          if (more && index === this.#index) this.#failOnResume(copy.fault);
          else failures.set(index, { index, error: encodeThrown(copy.fault) });
          break;
        }
        outputs.push(copy.value);
        good++;
      }
      return good;
    });
    this.#outputs = outputs;
    this.#failures = [...failures.values()].sort((a, b) => a.index - b.index);
    if (more) this.#emitted = this.#counts.at(-1)!;
  }

  #failOnResume(fault: unknown): void {
    void returnOf(this.#iterator);
    this.#iterator = {
      next: () => {
        throw fault;
      },
    };
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
