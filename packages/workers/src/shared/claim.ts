import { me, type ThreadName } from './life.js';

/** A thread that releases and acquires in a loop is faster than any that must wake up first. */
const CLAIM_AFTER_MS = 10;
/** A claim is a thread and a number, since a thread may have several waiters. Threads of higher names make none. */
const MAX_CLAIMANT = 2 ** 20;
export const CLAIM_SHIFT = 11;
let claims = 0;

/** Of one waiter, made when it has waited for long and nobody else has one. */
export class Claim {
  readonly #cells: Int32Array;
  readonly #at: number;
  /** When the wait began; 0 before it parks. */
  #since = 0;
  /** 0: there is none. */
  #token = 0;

  constructor(cells: Int32Array, at: number) {
    this.#cells = cells;
    this.#at = at;
  }

  /** By a release, which hands over to the thread of this waiter next. */
  get isTaken(): boolean {
    return this.#token !== 0 && Atomics.load(this.#cells, this.#at) !== this.#token;
  }

  make(): void {
    const now = performance.now();
    if (this.#since === 0) this.#since = now;
    if (this.#token !== 0 || now - this.#since < CLAIM_AFTER_MS || me >= MAX_CLAIMANT) return;
    claims = (claims + 1) % 2 ** CLAIM_SHIFT;
    const token = (me << CLAIM_SHIFT) | claims;
    if (Atomics.compareExchange(this.#cells, this.#at, 0, token) === 0) this.#token = token;
  }

  /** The waiter goes. False when it was taken before. */
  drop(): boolean {
    return this.#token === 0 || Atomics.compareExchange(this.#cells, this.#at, this.#token, 0) === this.#token;
  }
}

/** For a release: the thread of the claim, 0 when there is none. */
export function takeClaim(cells: Int32Array, at: number): ThreadName {
  return Atomics.exchange(cells, at, 0) >>> CLAIM_SHIFT;
}
