import type { Timers } from '../../timers.js';

/** Less than that is what rounding makes of nothing, in ms: waited for, it would never pass. */
const shortestMs = 0.01;

/**
 * Permits to start: within any `perMs` at most `limit`. Exact, by a sliding-window log: the times of the starts of the last `perMs` are
 * kept, `limit` at most, and one more may start when the oldest of so many has left the window (N. Mahdi, An alternative approach to rate
 * limiting, Figma, 2017). Rejected: counters of fixed windows, which let twice the limit through at their border, and a token bucket, which
 * lets a burst of `limit` and a refill into one window.
 *
 * Who finds no permit waits by a claim. When permits come free they are dealt out in turns to the claims that wait, first come, first
 * served, and kept for them until they have had their chance: so nobody who asks later takes them, and no stage takes all.
 */
export class Permits {
  readonly #limit: number;
  readonly #perMs: number;
  readonly #timers: Timers;
  /** Starts within the last `perMs`, oldest first, as a ring that grows up to the limit. */
  #starts = new Float64Array(8);
  #head = 0;
  #count = 0;
  /** Dealt out and not used. */
  #kept = 0;
  readonly #claims = new Set<Claim>();
  readonly #waiting = new Set<Claim>();
  #callOff: (() => void) | undefined;

  constructor({ limit, perMs }: { readonly limit: number; readonly perMs: number }, timers: Timers) {
    this.#limit = limit;
    this.#perMs = perMs;
    this.#timers = timers;
  }

  /** True when nothing is known that would hold anyone back, and nobody has a claim. */
  get idle(): boolean {
    return this.#claims.size === 0 && this.#freeAt(this.#timers.now()) === this.#limit;
  }

  /** Takes a permit for a start right now. False when there is none, or others wait for it. */
  take(): boolean {
    if (this.#waiting.size > 0) return false;
    const now = this.#timers.now();
    if (this.#freeAt(now) <= 0) return false;
    this.#note(now);
    return true;
  }

  /** @param granted called when permits are kept for the claim: it is to be used or given back soon */
  claim(granted: () => void): Claim {
    const claim = new Claim(this, granted);
    this.#claims.add(claim);
    return claim;
  }

  /** Called by claims. */
  takeFor(claim: Claim): boolean {
    // The timer may be late.
    if (this.#waiting.size > 0) this.#serve();
    if (claim.kept === 0) {
      if (this.take()) return true;
      this.#waiting.add(claim);
      this.#serveLater();
      return false;
    }
    claim.kept -= 1;
    this.#kept -= 1;
    this.#note(this.#timers.now());
    return true;
  }

  /** Called by claims. */
  giveBack(claim: Claim): void {
    if (claim.kept === 0) return;
    this.#kept -= claim.kept;
    claim.kept = 0;
    this.#serve();
  }

  /** Called by claims. */
  leave(claim: Claim): void {
    this.#claims.delete(claim);
    this.#waiting.delete(claim);
    this.giveBack(claim);
    this.#serveLater();
  }

  /** Deals out what is free to the claims that wait, to each as many as to the others. */
  #serve(): void {
    const free = this.#freeAt(this.#timers.now());
    if (free > 0 && this.#waiting.size > 0) {
      const claims = [...this.#waiting].slice(0, free);
      const each = Math.floor(free / claims.length);
      claims.forEach((claim, i) => {
        this.#waiting.delete(claim);
        claim.kept += each + (i < free % claims.length ? 1 : 0);
      });
      this.#kept += free;
      for (const { granted } of claims) granted();
    }
    this.#serveLater();
  }

  /** One timer, and only while somebody waits: when the oldest start leaves the window. */
  #serveLater(): void {
    if (this.#waiting.size === 0) {
      this.#callOff?.();
      this.#callOff = undefined;
    }
    if (this.#callOff !== undefined || this.#waiting.size === 0 || this.#count === 0) return;
    const ms = this.#perMs - (this.#timers.now() - this.#starts[this.#head]!);
    this.#callOff = this.#timers.after(Math.max(shortestMs, ms), () => {
      this.#callOff = undefined;
      this.#serve();
    });
  }

  #freeAt(now: number): number {
    while (this.#count > 0 && now - this.#starts[this.#head]! >= this.#perMs) {
      this.#head = (this.#head + 1) % this.#starts.length;
      this.#count -= 1;
    }
    return this.#limit - this.#count - this.#kept;
  }

  #note(now: number): void {
    const { length } = this.#starts;
    if (this.#count === length) {
      const starts = new Float64Array(Math.min(this.#limit, length * 2));
      for (let i = 0; i < length; i += 1) starts[i] = this.#starts[(this.#head + i) % length]!;
      this.#starts = starts;
      this.#head = 0;
    }
    this.#starts[(this.#head + this.#count) % this.#starts.length] = now;
    this.#count += 1;
  }
}

/** One that waits for permits, again and again. */
export class Claim {
  /** Permits that were dealt out to it. */
  kept = 0;
  readonly granted: () => void;
  readonly #permits: Permits;

  constructor(permits: Permits, granted: () => void) {
    this.#permits = permits;
    this.granted = granted;
  }

  /** Takes a permit for a start right now. False: `granted` is called once when there are some. */
  take(): boolean {
    return this.#permits.takeFor(this);
  }

  /** What was dealt out to it goes to others; it waits no more until it asks again. */
  giveBack(): void {
    this.#permits.giveBack(this);
  }

  /** It is never used again. */
  leave(): void {
    this.#permits.leave(this);
  }
}
