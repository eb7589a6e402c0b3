import type { TimeoutError } from '@millrace/workers';
import type { Writer } from '../../declare/sink.js';
import type { Timers } from '../../timers.js';
import { AttemptTimer, type TimedAttempt } from '../attempts/attempt-timer.js';
import { asSink } from '../stage-at-work.js';
import type { Part } from './sink-part.js';
import { type SinkBasis, WriteContext } from './write-context.js';

/** Why a call did not do what it should. An object, as anything may be thrown. */
export interface CallFailure {
  readonly error: unknown;
}

export interface WriterCallsOptions {
  readonly stage: string;
  /** What every call is told. */
  readonly basis: SinkBasis;
  /** Time that one write may take, and the flush, in ms; absent: no limit. */
  readonly timeoutMs?: number | undefined;
  /** Time that it has to settle once its time is up, in ms. */
  readonly graceMs: number;
  readonly timers: Timers;
}

/**
 * The calls of a writer that are under way. A write whose time is up has its signal aborted and is waited for a while more: should it
 * succeed after all, its items are written, and to write them again would double them. One that does not settle then is given up.
 */
export class WriterCalls {
  readonly #writer: Writer<unknown>;
  readonly #options: WriterCallsOptions;
  readonly #timer: AttemptTimer | undefined;
  readonly #open = new Set<Promise<void>>();
  readonly #graces = new Set<() => void>();

  constructor(writer: Writer<unknown>, options: WriterCallsOptions) {
    this.#writer = writer;
    this.#options = options;
    const { stage, basis, timeoutMs, timers } = options;
    if (timeoutMs === undefined) return;
    const common = { signal: basis.signal, stage, worker: 0, attempt: 1, resource: undefined };
    this.#timer = new AttemptTimer(common, timeoutMs, timers);
  }

  /** Resolves when none is under way; never rejects. Those that were given up are not waited for. */
  get quiet(): Promise<void> {
    // Looked at in a later microtask: a call that ends the run while it is being made is not among them yet.
    return Promise.resolve()
      .then(() => Promise.all(this.#open))
      .then(() => undefined);
  }

  /** @param settled called once, later, with the failure if there is one */
  write({ items, positions }: Part, attempt: number, settled: (failure?: CallFailure) => void): void {
    const timed = this.#timer?.begin(attempt);
    const { signal, sources } = this.#options.basis;
    const context = new WriteContext(timed?.signal ?? signal, sources, positions);
    const call = this.#called(() => this.#writer.write(items, context));
    if (timed === undefined) this.#follow(call, settled);
    else this.#followTimed(call, timed, settled);
  }

  /** False: this writer is certain of what it has written. */
  flush(settled: (failure?: CallFailure) => void): boolean {
    const { flush } = this.#writer;
    if (flush === undefined) return false;
    const timed = this.#timer?.begin(1);
    const { signal, sources } = this.#options.basis;
    const context = new WriteContext(timed?.signal ?? signal, sources, []);
    const call = this.#called(() => flush.call(this.#writer, context));
    if (timed === undefined) this.#follow(call, settled);
    else this.#followTimed(call, timed, settled);
    return true;
  }

  commit(settled: (failure?: CallFailure) => void): void {
    this.#follow(
      this.#called(() => this.#writer.commit()),
      settled,
    );
  }

  /** No time is up any more; what is under way settles by itself. */
  stop(): void {
    this.#timer?.stop();
    for (const callOff of this.#graces) callOff();
    this.#graces.clear();
  }

  #called(call: () => Promise<void>): Promise<void> {
    return called(() => asSink(this.#options.stage, call));
  }

  #follow(call: Promise<void>, settled: (failure?: CallFailure) => void): void {
    const followed = call.then(
      () => {
        this.#open.delete(followed);
        settled();
      },
      (error: unknown) => {
        this.#open.delete(followed);
        settled({ error });
      },
    );
    this.#open.add(followed);
  }

  #followTimed(call: Promise<void>, timed: TimedAttempt, settled: (failure?: CallFailure) => void): void {
    let timeout: TimeoutError | undefined;
    let callOff: (() => void) | undefined;
    let givenUp = false;
    const followed = call.then(
      () => end(),
      // What a write says that heeds its signal is not why it failed.
      (error: unknown) => end({ error: timeout ?? error }),
    );
    const end = (failure?: CallFailure): void => {
      this.#open.delete(followed);
      if (givenUp) return;
      timed.rest();
      if (callOff !== undefined) this.#graces.delete(callOff);
      callOff?.();
      settled(failure);
    };
    const giveUp = (error: TimeoutError): void => {
      this.#graces.delete(callOff!);
      end({ error });
      givenUp = true;
    };
    this.#open.add(followed);
    timed.run({
      timedOut: (error) => {
        timeout = error;
        callOff = this.#options.timers.after(this.#options.graceMs, () => giveUp(error));
        this.#graces.add(callOff);
      },
    });
  }
}

/** A writer is user code: it may throw at once or return no promise. */
function called(call: () => Promise<void>): Promise<void> {
  try {
    return Promise.resolve(call());
  } catch (error) {
    return Promise.reject(error);
  }
}
