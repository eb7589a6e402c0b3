import type { Key } from '../../declare/key.js';
import { limitOf, type RateLimiter } from '../../declare/rate-limiter.js';
import type { Timers } from '../../timers.js';
import { Permits } from './permits.js';

/** Keys that are looked at, for each new one, whether they can be forgotten: with two the sweep is faster than what comes. */
const sweptPerKey = 2;

/** The permits of each key, or the only ones. It remembers about twice the keys that have started something within `perMs`, or wait to. */
export class Limiter {
  readonly #limit: { readonly limit: number; readonly perMs: number };
  readonly #timers: Timers;
  readonly #permits = new Map<Key | undefined, Permits>();

  constructor(limit: { readonly limit: number; readonly perMs: number }, timers: Timers) {
    this.#limit = limit;
    this.#timers = timers;
  }

  /** Keys that it remembers. */
  get size(): number {
    return this.#permits.size;
  }

  /** To be used at once, or claimed: those that nobody claims are forgotten when they are idle. */
  of(key: Key | undefined): Permits {
    const known = this.#permits.get(key);
    if (known !== undefined) return known;
    this.#sweep();
    const permits = new Permits(this.#limit, this.#timers);
    this.#permits.set(key, permits);
    return permits;
  }

  /** Goes round: who is looked at and stays goes to the end. */
  #sweep(): void {
    let left = sweptPerKey;
    for (const [key, permits] of this.#permits) {
      if (left === 0) return;
      left -= 1;
      this.#permits.delete(key);
      if (!permits.idle) this.#permits.set(key, permits);
    }
  }
}

/** The limiters that users share, by the clock that their runs go by: times of two clocks cannot be compared. */
const shared = new WeakMap<RateLimiter<never>, WeakMap<Timers, Limiter>>();

/** The one limiter that all stages of the process with this `rateLimiter` have in common. */
export function sharedLimiter(rate: RateLimiter<never>, timers: Timers): Limiter {
  const byClock = shared.get(rate) ?? new WeakMap<Timers, Limiter>();
  shared.set(rate, byClock);
  const limiter = byClock.get(timers) ?? new Limiter(limitOf(rate), timers);
  byClock.set(timers, limiter);
  return limiter;
}
