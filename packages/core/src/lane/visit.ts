import { Emissions } from '@millrace/workers';
import type { TaskContext } from '../declare/context.js';
import type { FusedFailure } from './fused-failure.js';
import { isThenable, type OutputMaker } from './outputs.js';
import type { VisitTally } from './visit-tally.js';

/** A result that is not an output by itself. */
export type Special = OutputMaker | { readonly kind: 'promise'; readonly promise: PromiseLike<unknown> };

/** The chain as its visits see it. Links are its stages, by number. */
export interface VisitedChain {
  readonly tally: VisitTally;
  /** Number of the last link. */
  readonly last: number;
  readonly call: (link: number, item: unknown, contexts: readonly TaskContext[]) => unknown;
  /** Undefined for a plain output. May throw what a getter of the result throws. */
  readonly special: (link: number, result: unknown) => Special | undefined;
  /** Counts the failure; the error to throw for it. */
  readonly failed: (link: number, cause: unknown) => FusedFailure;
}

/** A link whose item gives many outputs, the next one when all that came of the one before has left. */
interface Open {
  readonly link: number;
  readonly iterator: OutputMaker['iterator'];
  outputs: number;
}

type Pulled = IteratorResult<unknown> | Promise<IteratorResult<unknown>>;

/** No output yet: pull again. */
const AGAIN: unique symbol = Symbol('again');

/** What comes later. A class of its own, since a generator may give a promise as an output. */
class Later {
  readonly promise: Promise<unknown>;

  constructor(promise: Promise<unknown>) {
    this.promise = promise;
  }
}

/** Pulls without an output until the clock is looked at, and the time until the event loop turns, in ms. */
const clockEvery = 16;
const maxSilentMs = 50;

/** One item on its way through a fused chain, with promises and expansions. Nothing is pulled before its last output was taken. */
export class Visit {
  readonly #chain: VisitedChain;
  readonly #contexts: readonly TaskContext[];
  /** First link first; the last one is pulled. */
  #open: Open[] = [];
  /** Since the last output was asked for. */
  #silentPulls = 0;
  #silentSince: number | undefined;

  constructor(chain: VisitedChain, contexts: readonly TaskContext[]) {
    this.#chain = chain;
    this.#contexts = contexts;
  }

  /** The link has given something special: the output of the chain, an `Emissions`, or a promise of either. */
  start(link: number, special: Special): unknown {
    const result = (step: unknown): unknown => (step === AGAIN ? new Emissions(this) : this.#output(step));
    const step = this.#take(link, special);
    return step instanceof Later ? step.promise.then(result) : result(step);
  }

  readonly next = (): Pulled => {
    this.#chain.tally.begin();
    this.#silentPulls = 0;
    this.#silentSince = undefined;
    return this.#go();
  };

  /** Nobody pulls any more. What the clean-up of a task throws concerns nobody: its item was given up. */
  readonly return = async (): Promise<void> => {
    const open = this.#open;
    this.#open = [];
    await Promise.allSettled(open.reverse().map(async ({ iterator }) => iterator.return?.()));
  };

  #go(): Pulled {
    try {
      for (;;) {
        const top = this.#open.at(-1);
        if (top === undefined) return { done: true, value: undefined };
        const step = this.#isSilentForLong() ? new Later(this.#turn(top.link)) : this.#pull(top);
        if (step instanceof Later) return this.#later(step.promise);
        if (step !== AGAIN) return { done: false, value: this.#output(step) };
      }
    } catch (error) {
      void this.return();
      throw error;
    }
  }

  /** Of what is emitted nothing gets through: the lane must still hear of a close. */
  #isSilentForLong(): boolean {
    this.#silentPulls += 1;
    if (this.#silentPulls % clockEvery > 0) return false;
    const now = performance.now();
    this.#silentSince ??= now;
    return now - this.#silentSince > maxSilentMs;
  }

  #output(value: unknown): unknown {
    this.#chain.tally.leave();
    return value;
  }

  async #later(promise: Promise<unknown>): Promise<IteratorResult<unknown>> {
    try {
      const step = await promise;
      return step === AGAIN ? this.#go() : { done: false, value: this.#output(step) };
    } catch (error) {
      void this.return();
      throw error;
    }
  }

  async #turn(link: number): Promise<typeof AGAIN> {
    await new Promise((go) => setImmediate(go));
    this.#silentSince = undefined;
    const { signal } = this.#contexts[link]!;
    if (signal.aborted) throw this.#chain.failed(link, signal.reason);
    return AGAIN;
  }

  #pull(top: Open): unknown {
    const { tally } = this.#chain;
    tally.enter(top.link);
    let result: unknown;
    try {
      result = top.iterator.next();
    } catch (error) {
      throw this.#chain.failed(top.link, error);
    }
    if (!isThenable(result)) return this.#pulled(top, result as IteratorResult<unknown>);
    return this.#when(top.link, result, (settled) => this.#pulled(top, settled as IteratorResult<unknown>));
  }

  #pulled(top: Open, { done, value }: IteratorResult<unknown>): unknown {
    // Given up while it was waited for.
    if (!this.#open.includes(top)) return AGAIN;
    if (!done) {
      top.outputs += 1;
      return this.#onward(top.link, value);
    }
    this.#open.pop();
    this.#chain.tally.count(top.link, top.outputs > 0 ? 'ok' : 'filtered');
    return AGAIN;
  }

  #take(link: number, special: Special): unknown {
    if (special.kind === 'promise') return this.#when(link, special.promise, (value) => this.#settled(link, value));
    this.#open.push({ link, iterator: special.iterator, outputs: 0 });
    return AGAIN;
  }

  /** A promise of the link has resolved. */
  #settled(link: number, value: unknown): unknown {
    const { signal } = this.#contexts[link]!;
    // The run is over, and starts no task any more.
    if (signal.aborted) throw this.#chain.failed(link, signal.reason);
    let special: Special | undefined;
    try {
      special = this.#chain.special(link, value);
    } catch (error) {
      throw this.#chain.failed(link, error);
    }
    if (special !== undefined) return this.#take(link, special);
    this.#chain.tally.count(link, 'ok');
    return this.#onward(link, value);
  }

  /** Takes an output of the link through those that follow. */
  #onward(link: number, output: unknown): unknown {
    const { tally, last } = this.#chain;
    let value = output;
    for (let next = link + 1; next <= last; next += 1) {
      tally.count(next, 'entered');
      tally.enter(next);
      let special: Special | undefined;
      try {
        value = this.#chain.call(next, value, this.#contexts);
        special = this.#chain.special(next, value);
      } catch (error) {
        throw this.#chain.failed(next, error);
      }
      if (special !== undefined) return this.#take(next, special);
      tally.count(next, 'ok');
    }
    return value;
  }

  #when(link: number, promise: PromiseLike<unknown>, then: (value: unknown) => unknown): Later {
    const failed = (error: unknown): never => {
      throw this.#chain.failed(link, error);
    };
    const step = Promise.resolve(promise).then(then, failed);
    return new Later(step.then((next) => (next instanceof Later ? next.promise : next)));
  }
}
