import type { Attempts } from '../attempts/attempts.js';
import type { Verdict } from '../attempts/retry.js';
import type { Fate, Rejection } from '../stage.js';
import { lowestIn, type Part, split } from './sink-part.js';
import type { CallFailure } from './writer-calls.js';

/** What a write needs of its sink. */
export interface WriteHost {
  readonly write: (part: Part, attempt: number, settled: (failure?: CallFailure) => void) => void;
  /** Absent: each write has one attempt. */
  readonly attempts: Attempts | undefined;
  /** True when the rows that are to blame are to be found. */
  readonly rejects: boolean;
  readonly written: (items: number) => void;
  readonly reject: (rejection: Rejection) => Fate;
  /** It has failed for good, and the run with it. */
  readonly failed: (part: Part, error: unknown, attempt: number) => void;
  readonly wake: () => void;
}

type State =
  /** The next part may be written. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'writing' }
  /** Its next attempt is not due. */
  | { readonly kind: 'delayed' }
  /** A row that is to blame has to go. */
  | { readonly kind: 'blaming'; readonly rejection: Rejection }
  | { readonly kind: 'done' };

/**
 * One batch on its way into the sink, from its first attempt until each of its rows is written or rejected. The whole has its attempts, and
 * so has each row that stands alone, lest a passing failure convict it; what lies between has one, as all that it can tell is where to look.
 */
export class SinkWrite {
  readonly #slot: number;
  readonly #host: WriteHost;
  /** What is to be written, the next part last. */
  #parts: Part[];
  /** Given up when all is written: a part of a write that failed keeps the whole in memory. */
  readonly #surplus: number;
  /** The part that is on top has attempts of its own. */
  #retried = true;
  #state: State = { kind: 'ready' };

  /** @param slot stands for it among the attempts */
  constructor(part: Part, slot: number, host: WriteHost) {
    this.#slot = slot;
    this.#host = host;
    this.#parts = [part];
    this.#surplus = part.surplus ?? 0;
    host.attempts?.begin(slot);
  }

  get done(): boolean {
    return this.#state.kind === 'done';
  }

  /** It waits for nothing but room for a row among the dead letters. */
  get blocked(): boolean {
    return this.#state.kind === 'blaming';
  }

  /** Items that are neither written nor rejected. */
  get held(): number {
    if (this.done) return 0;
    let held = this.#surplus + (this.#state.kind === 'blaming' ? 1 : 0);
    for (const { items } of this.#parts) held += items.length;
    return held;
  }

  lowestPosition(low: number): number | undefined {
    const positions = this.#parts.flatMap((part) => part.positions);
    return lowestIn(this.#state.kind === 'blaming' ? [...positions, this.#state.rejection.position] : positions, low);
  }

  /** Does what can be done now. */
  advance(): void {
    if (this.#state.kind === 'blaming') this.#reject(this.#state.rejection);
    if (this.#state.kind === 'ready' && this.#host.attempts?.resting !== true) this.#write();
  }

  /** Its next attempt is due. */
  again(): void {
    this.#state = { kind: 'ready' };
  }

  /** What is under way settles by itself. */
  stop(): void {
    this.#parts = [];
    this.#state = { kind: 'done' };
  }

  #write(): void {
    const part = this.#parts.at(-1)!;
    this.#state = { kind: 'writing' };
    this.#host.write(part, this.#attempt, (failure) => {
      // Also when the run is over: what is written counts as delivered.
      if (failure === undefined) this.#host.written(part.items.length);
      if (this.done) return;
      if (failure === undefined) this.#next();
      else this.#failed(part, failure.error);
      this.#host.wake();
    });
  }

  get #attempt(): number {
    return this.#retried ? (this.#host.attempts?.attempt(this.#slot) ?? 1) : 1;
  }

  #failed(part: Part, error: unknown): void {
    const attempt = this.#attempt;
    const verdict = this.#verdict(error);
    // A `when` may have ended the run.
    if (this.done) return;
    if (verdict.kind === 'again') {
      this.#state = { kind: 'delayed' };
      return;
    }
    const reason = verdict.error;
    if (!this.#host.rejects) {
      this.stop();
      this.#host.failed(part, reason, attempt);
      return;
    }
    const { blamed, rest } = split(part, reason, part.failures + attempt);
    this.#parts.splice(-1, 1, ...rest.toReversed());
    if (blamed === undefined) this.#turn();
    else this.#state = { kind: 'blaming', rejection: blamed };
  }

  #verdict(error: unknown): Verdict {
    const { attempts } = this.#host;
    if (attempts === undefined) return { kind: 'failed', error };
    if (this.#retried) return attempts.failed(this.#slot, error);
    attempts.heed(error);
    return { kind: 'failed', error };
  }

  #next(): void {
    this.#parts.pop();
    this.#turn();
  }

  #reject(rejection: Rejection): void {
    const fate = this.#host.reject(rejection);
    // The run may have ended by it, and this write with it.
    if (fate === 'full' || this.done) return;
    if (fate === 'failed') this.stop();
    else this.#turn();
  }

  /** To the part that is on top now, if there is one. */
  #turn(): void {
    const next = this.#parts.at(-1);
    if (next === undefined) {
      this.#state = { kind: 'done' };
      return;
    }
    this.#retried = next.items.length === 1;
    this.#host.attempts?.begin(this.#slot);
    this.#state = { kind: 'ready' };
  }
}
