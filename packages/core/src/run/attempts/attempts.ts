import { systemTimers, type Timers } from '../../timers.js';
import type { Retries } from '../executor.js';
import { delayOf, type RetryPolicy, restOf, type Verdict, verdictOn } from './retry.js';

/** What the attempts of a stage need beside their policy. */
export interface AttemptsHost {
  /** A slot may be taken by `next`, or the stage rests no more. */
  readonly wake: () => void;
  readonly timers?: Timers;
  readonly random?: () => number;
}

/** The slots of one stage whose items are tried again: at which attempt each is, which wait for their delay and which for a place. */
export class Attempts implements Retries {
  /** Attempts beyond the first ones that were decided on. */
  retries = 0;
  readonly #policy: RetryPolicy;
  readonly #wake: () => void;
  readonly #timers: Timers;
  readonly #random: () => number;
  /** Only of slots beyond their first attempt, so that nothing is written for an item that does not fail. */
  readonly #numbers = new Map<number, number>();
  readonly #delays = new Map<number, () => void>();
  #due: number[] = [];
  #rest: { readonly until: number; readonly callOff: () => void } | undefined;
  #stopped = false;

  constructor(policy: RetryPolicy, { wake, timers = systemTimers, random = Math.random }: AttemptsHost) {
    this.#policy = policy;
    this.#wake = wake;
    this.#timers = timers;
    this.#random = random;
  }

  /** Items that wait for their next attempt. */
  get waiting(): number {
    return this.#delays.size + this.#due.length;
  }

  /** Items whose next attempt may begin. */
  get due(): number {
    return this.#due.length;
  }

  /** An error has asked for a rest. */
  get resting(): boolean {
    return this.#rest !== undefined;
  }

  readonly attempt = (slot: number): number => {
    return this.#numbers.size === 0 ? 1 : (this.#numbers.get(slot) ?? 1);
  };

  /** Another item stands in this slot. */
  begin(slot: number): void {
    if (this.#numbers.size > 0) this.#numbers.delete(slot);
  }

  /** A slot whose next attempt is due, the first one first; -1 when there is none, or the stage rests. */
  readonly next = (): number => {
    return this.#rest === undefined ? (this.#due.shift() ?? -1) : -1;
  };

  /** Decides on the item in this slot, whose attempt has failed; when it is to run again, `next` gives the slot after the delay. */
  failed(slot: number, error: unknown): Verdict {
    const attempt = this.attempt(slot);
    this.heed(error);
    const verdict = verdictOn(this.#policy, error, attempt);
    if (verdict.kind === 'again') {
      this.retries += 1;
      this.#numbers.set(slot, attempt + 1);
      this.#delay(slot, delayOf(this.#policy, attempt, this.#random));
    }
    return verdict;
  }

  /** An error may ask for a rest, also where it decides on no attempt. */
  heed(error: unknown): void {
    const restMs = restOf(error);
    if (restMs > 0) this.#restFor(restMs);
  }

  /** Calls off whatever is waited for. Nothing is waited for any more: a `when` may end the run, and want another attempt all the same. */
  stop(): void {
    this.#stopped = true;
    for (const callOff of this.#delays.values()) callOff();
    this.#delays.clear();
    this.#due = [];
    this.#rest?.callOff();
    this.#rest = undefined;
  }

  #delay(slot: number, ms: number): void {
    if (this.#stopped) return;
    if (ms <= 0) {
      this.#due.push(slot);
      return;
    }
    const callOff = this.#timers.after(ms, () => {
      this.#delays.delete(slot);
      this.#due.push(slot);
      this.#wake();
    });
    this.#delays.set(slot, callOff);
  }

  /** The longest rest that was asked for holds. */
  #restFor(ms: number): void {
    if (this.#stopped) return;
    const until = this.#timers.now() + ms;
    if (this.#rest !== undefined && this.#rest.until >= until) return;
    this.#rest?.callOff();
    const callOff = this.#timers.after(ms, () => {
      this.#rest = undefined;
      this.#wake();
    });
    this.#rest = { until, callOff };
  }
}
