import { HolderDiedError, NotHeldError } from '../errors.js';
import { type Part, reviveBy } from '../wire/shareable.js';
import { literalOf } from '../wire/told.js';
import { Guard } from './guard.js';
import { type Life, life, lifeOf, threadIdOf } from './life.js';
import type { Steps } from './parking.js';
import { Roll } from './roll.js';

/** Scopes that hold a permit at one time. */
const SCOPES = 1024;

/**
 * So many permits at a time. A permit has no owner: any thread may give back what another one took, and `acquire` keeps no book of
 * who did. The permits of scopes (`run`, `hold`) do have one: when it dies, all that wait or have to are told by a `HolderDiedError`, until
 * `recover` has given its permits back.
 *
 * @example
 * ```ts
 * import { Semaphore, task, threadPool } from '@millrace/workers';
 *
 * // However many lanes there are, two of them at a time are in here.
 * const render = task(import.meta, 'render', (licences: Semaphore) => licences.runSync(() => licences.value));
 *
 * const licences = new Semaphore(2);
 * await threadPool({ workers: 4 }).use(async (pool) => {
 *   const left = await Promise.all(Array.from({ length: 4 }, () => pool.submit(render, licences)));
 *   console.log(left.every((permits) => permits < 2)); // true
 * });
 * ```
 */
export class Semaphore extends Guard {
  readonly #memory: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #life: Life;
  readonly #scopes: Roll;
  /** Undefined: without a bound. */
  readonly #bound: number | undefined;

  /**
   * @param permits at the start: an integer from 0 to 2³¹ − 1. Default 1
   * @throws RangeError for another number
   */
  constructor(permits?: number);
  /** @internal Over the memory of one that came from another thread; or bounded. */
  constructor(permits: number, part: Part | undefined, bounded?: boolean);
  constructor(permits = 1, part?: Part, bounded = false) {
    super(bounded ? 'BoundedSemaphore' : 'Semaphore');
    if (!Number.isSafeInteger(permits) || permits < 0 || permits >= 2 ** 31) {
      throw new RangeError(
        `new ${this[Symbol.toStringTag]}(permits): permits must be an integer from 0 to 2^31 - 1, got ${literalOf(permits)}`,
      );
    }
    this.#memory = part?.memory ?? new SharedArrayBuffer((1 + SCOPES) * Int32Array.BYTES_PER_ELEMENT);
    this.#cells = new Int32Array(this.#memory);
    if (part === undefined) this.#cells[0] = permits;
    this.#life = part === undefined ? life() : lifeOf(part.life);
    this.#scopes = new Roll(this.#cells, 1, SCOPES, this.#life, 'gone');
    this.#bound = bounded ? permits : undefined;
  }

  /** Permits that can be had at this moment. */
  get value(): number {
    return Atomics.load(this.#cells, 0);
  }

  /**
   * Gives `n` permits back.
   *
   * @param n an integer ≥ 1. Default 1
   * @throws NotHeldError beyond the start of a bounded one, or beyond 2³¹ − 1; RangeError for another `n`
   */
  release(n = 1): void {
    if (!Number.isSafeInteger(n) || n < 1)
      throw new RangeError(`Semaphore.release(n): n must be an integer, 1 or more, got ${literalOf(n)}`);
    for (;;) {
      const value = this.value;
      if (value + n > (this.#bound ?? 2 ** 31 - 1)) {
        throw new NotHeldError(
          `a semaphore with ${value} of ${this.#bound ?? '2^31 - 1'} permits was given ${n} back: more than were taken`,
        );
      }
      if (Atomics.compareExchange(this.#cells, 0, value, value + n) === value) break;
    }
    Atomics.notify(this.#cells, 0, n);
  }

  /** Gives back the permits of scopes whose threads have ended; says how many there were. */
  recover(): number {
    const lost = this.#scopes.strikeLost();
    // One that died before it had its permit, or after it gave it back, is taken for one that had it: better one too many than too few.
    const room = (this.#bound ?? Number.POSITIVE_INFINITY) - this.value;
    if (Math.min(lost, room) > 0) this.release(Math.min(lost, room));
    return lost;
  }

  /** @internal */
  toPart(): Part {
    const terms = this.#bound ?? 1;
    return { kind: this[Symbol.toStringTag], memory: this.#memory, life: this.#life.buffer, terms };
  }

  /** @internal */
  protected take(): boolean {
    for (let value = this.value; value > 0; value = this.value) {
      if (Atomics.compareExchange(this.#cells, 0, value, value - 1) === value) return true;
    }
    return false;
  }

  /** @internal */
  protected *taking(): Steps<boolean> {
    while (!this.take()) {
      this.#assertAlive();
      if (yield { cells: this.#cells, index: 0, seen: 0 }) return false;
    }
    return true;
  }

  /** @internal */
  protected *holding(): Steps<(() => void) | undefined> {
    for (;;) {
      const place = this.#scopes.enter();
      if (place === undefined) throw new RangeError(`a ${this[Symbol.toStringTag]} has at most ${SCOPES} scopes at one time`);
      if (this.take()) return () => this.#giveBack(place);
      this.#scopes.leave(place);
      this.#assertAlive();
      if (yield { cells: this.#cells, index: 0, seen: 0 }) return undefined;
    }
  }

  #giveBack(place: number): void {
    try {
      this.release();
    } finally {
      this.#scopes.leave(place);
    }
  }

  #assertAlive(): void {
    const dead = this.#scopes.lost;
    if (dead === undefined) return;
    const of = this[Symbol.toStringTag];
    const thread = threadIdOf(dead);
    const message = `thread ${thread} ended while it held a permit of the ${of}; recover() gives it back`;
    throw new HolderDiedError(message, of, thread);
  }
}

/**
 * A semaphore that refuses to be given back more than was taken.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore, NotHeldError } from '@millrace/workers';
 *
 * const seats = new BoundedSemaphore(2);
 * await seats.acquire();
 * seats.release();
 * try {
 *   seats.release();
 * } catch (error) {
 *   console.log(error instanceof NotHeldError); // true
 * }
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  /**
   * @param permits at the start and at most: an integer from 0 to 2³¹ − 1. Default 1
   * @throws RangeError for another number
   */
  constructor(permits?: number);
  /** @internal Over the memory of one that came from another thread. */
  constructor(permits: number, part: Part);
  constructor(permits = 1, part?: Part) {
    super(permits, part, true);
  }
}

reviveBy('Semaphore', (part) => new Semaphore(part.terms as number, part));
reviveBy('BoundedSemaphore', (part) => new BoundedSemaphore(part.terms as number, part));
