import { BrokenBarrierError, PartyDiedError } from '../errors.js';
import { type Part, reviveBy, Shareable } from '../wire/shareable.js';
import { literalOf } from '../wire/told.js';
import { type Life, life, lifeOf, threadIdOf } from './life.js';
import { type BlockingOptions, block, type Steps, settle, type WaitOptions } from './parking.js';
import { Roll } from './roll.js';

// One word, so that no death can leave it half changed: how many wait, whether it is broken, the number of the round, and of the rounds
// before it which were reset. A waiter that is slow to wake up reads what became of its own round.
const COUNT_BITS = 12;
const MAX_PARTIES = 2 ** COUNT_BITS - 1;
const BROKEN = 2 ** COUNT_BITS;
const ROUND_SHIFT = COUNT_BITS + 1;
const ROUNDS = 2 ** 8;
const PAST_SHIFT = ROUND_SHIFT + 8;
const PAST = 10;

/**
 * A number of threads that wait for each other, round after round. It breaks, for all of them, when a wait runs out or is aborted, when
 * somebody aborts it, and when a thread dies that waits in it; then every wait throws a `BrokenBarrierError` until `reset`. A waiter that does not
 * wake up before ten more rounds have passed gets one, too: it is not known any longer what became of its own.
 *
 * A thread that dies on its way to the barrier is not known to it: give waits a limit.
 *
 * @example
 * ```ts
 * import { Barrier, currentWorker, spawnThread, task } from '@millrace/workers';
 *
 * // At the top level of its module, which the threads import.
 * const step = task(import.meta, 'step', (barrier: Barrier) => {
 *   const first = barrier.waitSync({ timeoutMs: 10_000 });
 *   return `${currentWorker().name} came as number ${first}`;
 * });
 *
 * const barrier = new Barrier(2);
 * const [a, b] = [spawnThread('a', step, barrier), spawnThread('b', step, barrier)];
 * console.log(await Promise.all([a.result, b.result]));
 * ```
 */
export class Barrier extends Shareable {
  /** Threads that make a round. */
  readonly parties: number;
  readonly #memory: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #life: Life;
  /** Where those sit that wait. */
  readonly #seats: Roll;

  /**
   * @param parties threads that make a round: an integer from 1 to 4095
   * @throws RangeError for another number
   */
  constructor(parties: number);
  /** @internal Over the memory of one that came from another thread. */
  constructor(parties: number, part: Part);
  constructor(parties: number, part?: Part) {
    super('Barrier');
    if (!Number.isInteger(parties) || parties < 1 || parties > MAX_PARTIES) {
      throw new RangeError(
        `new Barrier(parties): parties must be an integer from 1 to ${MAX_PARTIES}, got ${literalOf(parties)}`,
      );
    }
    this.parties = parties;
    // Those of the next round may sit down before the last of this one have risen.
    const seats = 2 * parties;
    this.#memory = part?.memory ?? new SharedArrayBuffer((1 + seats) * Int32Array.BYTES_PER_ELEMENT);
    this.#cells = new Int32Array(this.#memory);
    this.#life = part === undefined ? life() : lifeOf(part.life);
    this.#seats = new Roll(this.#cells, 1, seats, this.#life, 'gone');
  }

  /** Threads that wait at this moment; 0 when it is broken. */
  get waiting(): number {
    return this.broken ? 0 : countOf(this.#state);
  }

  /** Whether waits throw a `BrokenBarrierError` now, until `reset`. */
  get broken(): boolean {
    return isBroken(this.#state);
  }

  /**
   * Waits until as many have come as it has parties. Gives the number of the caller in its round, from 0, in the order they came. Anywhere.
   *
   * @throws BrokenBarrierError, also when the time is over; the reason of the signal, which breaks it for the others
   */
  async wait(options?: WaitOptions): Promise<number> {
    return settle(this.#waiting(), options);
  }

  /**
   * As `wait`, and blocks the thread. In workers only.
   *
   * @throws BrokenBarrierError; BlockedMainError on the main thread
   */
  waitSync(options?: BlockingOptions): number {
    return block('Barrier.waitSync', 'wait', this.#waiting(), options);
  }

  /** Breaks it: those that wait, and those that come, get a `BrokenBarrierError` until `reset`. */
  abort(): void {
    for (let seen = this.#state; !isBroken(seen); seen = this.#state) if (this.#swap(seen, seen | BROKEN, 'wakes')) return;
  }

  /** Begins anew. Those that wait get a `BrokenBarrierError`, those that come do not. */
  reset(): void {
    this.#seats.strikeLost();
    for (let seen = this.#state; isBroken(seen) || countOf(seen) > 0; seen = this.#state) {
      if (this.#swap(seen, nextRound(seen, 'reset'), 'wakes')) return;
    }
  }

  /** @internal */
  toPart(): Part {
    return { kind: 'Barrier', memory: this.#memory, life: this.#life.buffer, terms: this.parties };
  }

  *#waiting(): Steps<number> {
    // Before it is counted: there is no instant in which its death would not be seen.
    const seat = this.#seats.enter();
    let round: number | undefined;
    try {
      const arrived = this.#arrive();
      round = roundOf(arrived);
      for (let seen = this.#state; !hasPassed(seen, round); seen = this.#state) {
        this.#assertWhole(seen);
        if (yield { cells: this.#cells, index: 0, seen }) this.#breakRound(round);
      }
      return countOf(arrived);
    } catch (error) {
      // Without effect when that is why: whatever the reason of an abort is.
      if (round !== undefined) this.#breakRound(round);
      throw error;
    } finally {
      if (seat !== undefined) this.#seats.leave(seat);
    }
  }

  /** Counts the caller; gives the state that it met. */
  #arrive(): number {
    for (;;) {
      const seen = this.#state;
      this.#assertWhole(seen);
      const last = countOf(seen) + 1 === this.parties;
      if (this.#swap(seen, last ? nextRound(seen, 'passed') : seen + 1, last ? 'wakes' : 'silent')) return seen;
    }
  }

  #assertWhole(seen: number): void {
    const lost = this.#seats.lost;
    if (lost !== undefined) this.abort();
    else if (!isBroken(seen)) return;
    throw this.#brokenBy(lost);
  }

  #brokenBy(lost: number | undefined): BrokenBarrierError {
    if (lost === undefined) return new BrokenBarrierError('the barrier is broken; reset() begins anew');
    const thread = threadIdOf(lost);
    const cause = new PartyDiedError(`thread ${thread} ended while it waited in the barrier`, 'Barrier', thread);
    return new BrokenBarrierError(`the barrier is broken: ${cause.message}; reset() begins anew`, { cause });
  }

  /** A waiter leaves, unless its round has passed in the meantime. */
  #breakRound(round: number): void {
    for (let seen = this.#state; roundOf(seen) === round && !isBroken(seen); seen = this.#state) {
      if (this.#swap(seen, seen | BROKEN, 'wakes')) return;
    }
  }

  get #state(): number {
    return Atomics.load(this.#cells, 0);
  }

  #swap(from: number, to: number, wakes: 'wakes' | 'silent'): boolean {
    if (Atomics.compareExchange(this.#cells, 0, from, to) !== from) return false;
    if (wakes === 'wakes') Atomics.notify(this.#cells, 0);
    return true;
  }
}

function countOf(state: number): number {
  return state & MAX_PARTIES;
}

function isBroken(state: number): boolean {
  return (state & BROKEN) !== 0;
}

function roundOf(state: number): number {
  return (state >>> ROUND_SHIFT) & (ROUNDS - 1);
}

function nextRound(state: number, end: 'passed' | 'reset'): number {
  const past = ((state >>> PAST_SHIFT) << 1) | (end === 'reset' ? 1 : 0);
  return ((past & (2 ** PAST - 1)) << PAST_SHIFT) | (((roundOf(state) + 1) & (ROUNDS - 1)) << ROUND_SHIFT);
}

/** False while it goes on. @throws BrokenBarrierError when the round was reset, or is too long ago */
function hasPassed(state: number, round: number): boolean {
  const ago = (roundOf(state) - round) & (ROUNDS - 1);
  if (ago === 0) return false;
  const wasReset = ago > PAST || (((state >>> PAST_SHIFT) >> (ago - 1)) & 1) === 1;
  if (wasReset)
    throw new BrokenBarrierError(`the barrier was reset while it was waited for, or more than ${PAST} rounds have passed`);
  return true;
}

reviveBy('Barrier', (part) => new Barrier(part.terms as number, part));
