import type { TimeoutError } from '../../errors.js';
import { encodeThrown, type Thrown } from '../../wire/remote-error.js';
import { Emissions } from '../lane-job.js';
import type { ItemLife } from './item-life.js';
import type { LaneSide } from './lane-side.js';
import type { ReplyDraft } from './reply-draft.js';
import { type Iterating, isThenable, returnOf } from './results.js';
import { TimeLimit } from './time-limit.js';

/** How far an item has come. */
export type ItemStep =
  | 'finished'
  /** It has no room for outputs, or waits and has outputs to send. */
  | 'paused'
  /** A promise is awaited: `onTurn` follows, then `goOn`. */
  | 'waiting'
  | 'halted';

export interface ItemRunOptions {
  readonly lane: LaneSide;
  readonly draft: ReplyDraft;
  /** What it waits for has settled, or what it emitted has waited long enough. */
  readonly onTurn: () => void;
  /** Its outputs are to be sent before it goes on. */
  readonly isFull: () => boolean;
  /** It is to go no further for now. */
  readonly isHalted: () => boolean;
}

/** What the item waits for, and what came of it until `goOn` takes it up. */
type Promised =
  | { readonly kind: 'pending'; readonly promise: PromiseLike<unknown> }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown }
  /** The item was given up. */
  | { readonly kind: 'nothing' };

/** The item at hand of a batch, one after another: from what its task gave to its end in the draft of the reply. */
export class ItemRun {
  readonly #options: ItemRunOptions;
  readonly #draft: ReplyDraft;
  readonly limit: TimeLimit | undefined;
  #life: ItemLife | undefined;
  #iterator: Iterating | undefined;
  #promised: Promised | undefined;

  constructor(options: ItemRunOptions) {
    const { timeoutMs } = options.lane;
    this.#options = options;
    this.#draft = options.draft;
    this.limit = timeoutMs === undefined ? undefined : new TimeLimit(timeoutMs, (error) => this.#timeOut(error));
  }

  /** It has begun, and not ended within its call. */
  get isUnderWay(): boolean {
    return this.#iterator !== undefined || this.#promised !== undefined;
  }

  get isPending(): boolean {
    return this.#promised?.kind === 'pending';
  }

  /** The next item begins. */
  begin(life: ItemLife): void {
    this.#life = life;
  }

  /** Its task gave a promise, emissions, or one of them in the other. */
  take(result: unknown): ItemStep {
    if (this.#life !== undefined) this.#life.kept = true;
    return this.#takeResult(result);
  }

  /** It has given its one output. */
  finish(output: unknown): 'finished' {
    const late = this.limit?.overdue();
    if (late !== undefined) return this.#failLate(late);
    this.#draft.single(output);
    this.#leave();
    return 'finished';
  }

  fail(error: unknown): 'finished' {
    return this.end(encodeThrown(error));
  }

  end(error?: Thrown): 'finished' {
    this.#draft.end(error);
    this.#leave();
    return 'finished';
  }

  /** Takes it up where it was left: in the midst of its outputs, or at a promise that has settled by now. */
  goOn(): ItemStep {
    const promised = this.#promised;
    if (promised?.kind === 'pending') {
      // Resumed while it still waits: the lane waits with it.
      this.limit?.arm();
      return 'waiting';
    }
    this.#promised = undefined;
    if (promised?.kind === 'error') return this.fail(promised.error);
    const late = this.limit?.overdue();
    if (late !== undefined) return this.#failLate(late);
    if (promised?.kind !== 'value') return this.#pull();
    if (this.#iterator === undefined) return this.#takeResult(promised.value);
    return this.#takeEmission(promised.value) ?? this.#pull();
  }

  /** It was given up: ends without what it emitted since the last reply. */
  endGivenUp(): 'finished' {
    this.letGo();
    this.#draft.retract();
    return this.end();
  }

  abort(reason: unknown): void {
    this.#life?.abort(reason);
  }

  /** It fails when it goes on, whatever it waits for. */
  failLater(error: unknown): void {
    this.letGo();
    this.#promised = { kind: 'error', error };
  }

  /** It was given up while it held no lane: what it waits for is not waited for. */
  giveUpPaused(): void {
    this.letGo();
    this.#promised = { kind: 'nothing' };
  }

  /** Its batch was given up. */
  abandon(): void {
    this.letGo();
    this.#life?.end();
  }

  /** Nobody waits any longer for what it does; its job is closed after it. */
  letGo(): void {
    const { outlive } = this.#options.lane;
    this.limit?.disarm();
    if (this.#promised?.kind === 'pending') outlive(this.#promised.promise);
    if (this.#iterator !== undefined) outlive(returnOf(this.#iterator));
    this.#promised = undefined;
    this.#iterator = undefined;
  }

  #takeResult(result: unknown): ItemStep {
    if (result instanceof Emissions) {
      this.#iterator = result.iterator;
      return this.#pull();
    }
    return isThenable(result) ? this.#wait(result) : this.finish(result);
  }

  #pull(): ItemStep {
    for (;;) {
      let result: unknown;
      try {
        result = this.#iterator!.next();
      } catch (error) {
        return this.fail(error);
      }
      if (isThenable(result)) return this.#wait(result);
      const step = this.#takeEmission(result);
      if (step !== undefined) return step;
      if (this.#options.isHalted()) return 'halted';
      const late = this.limit?.overdue();
      if (late !== undefined) return this.#failLate(late);
    }
  }

  /** Undefined: the item may emit on. */
  #takeEmission(result: unknown): ItemStep | undefined {
    if (typeof result !== 'object' || result === null)
      return this.fail(new TypeError(`an iterator gave ${String(result)} instead of a result`));
    let done: boolean | undefined;
    let value: unknown;
    try {
      ({ done, value } = result as IteratorResult<unknown>);
    } catch (error) {
      return this.fail(error);
    }
    if (done) return this.end();
    this.#draft.emit(value);
    return this.#options.isFull() ? 'paused' : undefined;
  }

  #wait(promise: PromiseLike<unknown>): 'waiting' {
    const { onTurn, lane } = this.#options;
    const pending: Promised = { kind: 'pending', promise };
    this.#promised = pending;
    const sendEmitted = (): void => {
      // A lane that closes waits for the promise.
      if (!lane.cell.stopped) onTurn();
    };
    const immediate = this.#draft.emitted > 0 ? setImmediate(sendEmitted) : undefined;
    this.limit?.arm();
    const settle = (settled: Promised): void => {
      clearImmediate(immediate);
      // It has ended by now: timed out, given up, or one of its outputs could not be cloned.
      if (this.#promised !== pending) return;
      this.limit?.disarm();
      this.#promised = settled;
      onTurn();
    };
    Promise.resolve(promise).then(
      (value) => settle({ kind: 'value', value }),
      (error) => settle({ kind: 'error', error }),
    );
    return 'waiting';
  }

  /** It waits, and its time is over. */
  #timeOut(error: TimeoutError): void {
    this.failLater(error);
    this.#life?.abort(error);
    this.#options.onTurn();
  }

  #failLate(error: TimeoutError): 'finished' {
    this.letGo();
    this.#life?.abort(error);
    return this.fail(error);
  }

  #leave(): void {
    this.#iterator = undefined;
    this.#promised = undefined;
    const life = this.#life;
    if (life?.kept) life.end();
  }
}
