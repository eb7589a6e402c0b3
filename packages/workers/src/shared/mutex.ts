import { HolderDiedError, NotHeldError } from '../errors.js';
import { Claim, takeClaim } from './claim.js';
import { type Life, me, type ThreadName, threadIdOf } from './life.js';
import type { Steps } from './parking.js';

/** Words that a mutex takes. */
export const MUTEX_WORDS = 7;

// The state is one word: who holds it, and what else must be known in the same instant. So there is no moment in which it is held and
// a death would leave no trace of by whom. 0: free.
export const CONTENDED = 1;
/** Its holder has died: it is nobody's until `recover`. */
const POISONED = 2;
/** It was handed over to a waiter that has not accepted it yet: nobody holds it, so the death of that waiter tears nothing. */
export const HANDED = 4;
export const NAME_SHIFT = 3;

/** How many times its holder has acquired it, beyond the first; only the holder touches it. */
const DEPTH = 1;
/** The claim of a waiter that has waited long: the next release hands over to it instead of letting go. */
export const CLAIM = 2;
/** Which of the times that it was held this is; only the holder touches it. */
const TURN = 3;
/** Turns that were given. */
const TURNS = 4;
/** Deaths that were recovered from. */
const DEATHS = 5;
/** The thread of the last one. */
const DEAD = 6;

export interface MutexTerms {
  /** What it belongs to, for messages. */
  readonly of: string;
  /** What to do after the death of a holder. */
  readonly remedy: string;
  /** Its holder may acquire it again. Default false. */
  readonly reentrant?: boolean;
}

/** How it was held by one that waits for something else. */
export interface Surrendered {
  /** Beyond the first acquiring. */
  readonly depth: number;
  readonly turn: number;
  /** There were before: one that is recovered from meanwhile is found by their number. */
  readonly deaths: number;
}

/** What locks are made of: owned by a thread, woken by notification, handed over when others were faster for too long. */
export class Mutex {
  readonly #cells: Int32Array;
  readonly #at: number;
  readonly #life: Life;
  readonly #of: string;
  readonly #remedy: string;
  readonly #reentrant: boolean;

  constructor(cells: Int32Array, at: number, life: Life, { of, remedy, reentrant = false }: MutexTerms) {
    this.#cells = cells;
    this.#at = at;
    this.#life = life;
    this.#of = of;
    this.#remedy = remedy;
    this.#reentrant = reentrant;
  }

  get isHeld(): boolean {
    return this.#state !== 0;
  }

  /** By this thread. */
  get isMine(): boolean {
    const seen = this.#state;
    return holderOf(seen) === me && isHeld(seen);
  }

  /** Acquires it without waiting, if it is free. */
  take(): boolean {
    return this.#takeFree(0) || (this.isMine && this.#takeAgain());
  }

  /**
   * Which of the times that this thread holds it this is: with it, a scope tells its own from one that another async function of its thread has. Of a
   * reentrant one it changes with `recover` alone, since the functions of a thread hold it together.
   */
  get turn(): number {
    return this.#cells[this.#at + TURN]!;
  }

  #takeFree(contended: number): boolean {
    if (!this.#swap(0, (me << NAME_SHIFT) | contended)) return false;
    if (!this.#reentrant) this.#beginTurn();
    return true;
  }

  #beginTurn(): void {
    const turn = (this.#cells[this.#at + TURNS]! + 1) | 0;
    this.#cells[this.#at + TURNS] = turn;
    this.#cells[this.#at + TURN] = turn;
  }

  /** With it held by this thread. */
  #takeAgain(): boolean {
    if (this.#reentrant) this.#cells[this.#at + DEPTH]!++;
    return this.#reentrant;
  }

  /**
   * @param again it was held before, and must be held again, whatever it takes; apart from what this thread holds
   * @returns false when the time was over
   * @throws HolderDiedError
   */
  *acquire(again = false): Steps<boolean> {
    let patient = again;
    const claim = new Claim(this.#cells, this.#at + CLAIM);
    let aborted: { readonly reason: unknown } | undefined;
    let contended = 0;
    try {
      for (;;) {
        const seen = this.#state;
        if (claim.isTaken && this.#accept(seen)) break;
        const mine = holderOf(seen) === me && isHeld(seen);
        if (mine ? !again && this.#takeAgain() : this.#takeFree(contended)) break;
        if (seen === 0 || this.#assertAlive(seen) === 'freed') continue;
        const parking = seen | CONTENDED;
        if (seen !== parking && !this.#swap(seen, parking)) continue;
        // The wake-up that will be had is of one waiter: its own release must wake the next, if there is one.
        contended = CONTENDED;
        claim.make();
        let over = false;
        try {
          over = yield { cells: this.#cells, index: this.#at, seen: parking, patient };
        } catch (reason) {
          aborted = { reason };
        }
        if (!over && aborted === undefined) continue;
        if (claim.drop()) return left(aborted);
        // It is being handed over in this instant, and must be taken.
        patient = true;
      }
    } finally {
      claim.drop();
    }
    if (aborted === undefined) return true;
    this.release();
    return left(aborted);
  }

  /** @throws NotHeldError when nobody holds it or, reentrant, another thread does */
  release(): void {
    const seen = this.#state;
    if (!isHeld(seen)) {
      throw new NotHeldError(`the ${this.#of} was released, and nobody holds it; release once for each acquire`);
    }
    if (this.#reentrant) {
      this.assertMine('released');
      if (this.#cells[this.#at + DEPTH]! > 0) {
        this.#cells[this.#at + DEPTH]!--;
        return;
      }
    }
    this.#pass(seen);
  }

  /** An async function that gives it back as often as it is held does so for others, too. @throws NotHeldError unless this thread holds it, and once */
  assertMineAlone(done: string): void {
    this.assertMine(done);
    const times = this.#cells[this.#at + DEPTH]! + 1;
    if (times === 1) return;
    throw new NotHeldError(
      `the ${this.#of} was ${done} while this thread holds it ${times} times, and other async functions of it may be among those: hold it once, ` +
        'block the thread, or make the Condition with a new Lock()',
    );
  }

  /** Releases it as often as it was acquired, for `retake`. */
  surrender(): Surrendered {
    const depth = this.#cells[this.#at + DEPTH]!;
    const { turn } = this;
    const deaths = this.#deaths;
    this.#cells[this.#at + DEPTH] = 0;
    this.#pass(this.#state);
    return { depth, turn, deaths };
  }

  /** Not on top of what another async function of this thread holds. @throws HolderDiedError: then it is not held */
  *retake({ depth, turn }: Surrendered): Steps<void> {
    yield* this.acquire(true);
    this.#cells[this.#at + DEPTH] = depth;
    this.#cells[this.#at + TURN] = turn;
  }

  /** @throws NotHeldError unless this thread holds it */
  assertMine(done: string): void {
    if (!this.isMine) throw new NotHeldError(`the ${this.#of} was ${done} by a thread that does not hold it; acquire it first`);
  }

  /** For one that waits for something else. @throws HolderDiedError when its holder has died, or one since then that was recovered */
  assertAlive(since?: Surrendered): void {
    this.#assertAlive(this.#state);
    if (since !== undefined && this.#deaths !== since.deaths) throw this.#death(this.#cells[this.#at + DEAD]!);
  }

  /** Takes it when it is poisoned: true for one caller. Finds a death that nobody has met yet. */
  recover(): boolean {
    let seen: number;
    do {
      seen = this.#state;
      if (seen === 0 || isHanded(seen) || (!isPoisoned(seen) && !this.#life.isGone(holderOf(seen)))) return false;
      // Others may mark it meanwhile.
    } while (!this.#swap(seen, (me << NAME_SHIFT) | CONTENDED));
    this.#cells[this.#at + DEPTH] = 0;
    this.#beginTurn();
    this.#cells[this.#at + DEAD] = holderOf(seen);
    Atomics.add(this.#cells, this.#at + DEATHS, 1);
    return true;
  }

  #assertAlive(seen: number): 'freed' | undefined {
    const holder = holderOf(seen);
    if (seen === 0 || (!isPoisoned(seen) && !this.#life.isGone(holder))) return undefined;
    if (isHanded(seen)) {
      if (this.#swap(seen, 0)) Atomics.notify(this.#cells, this.#at, 1);
      return 'freed';
    }
    // All that wait are told, and all that come, until it is recovered: what it guards may be torn.
    if (!isPoisoned(seen) && this.#swap(seen, seen | POISONED)) Atomics.notify(this.#cells, this.#at);
    throw this.#death(holder);
  }

  #death(of: ThreadName): HolderDiedError {
    const thread = threadIdOf(of);
    return new HolderDiedError(`thread ${thread} ended while it held the ${this.#of}; ${this.#remedy}`, this.#of, thread);
  }

  get #deaths(): number {
    return Atomics.load(this.#cells, this.#at + DEATHS);
  }

  /** What was handed over to this thread. */
  #accept(seen: number): boolean {
    if (!isHanded(seen) || holderOf(seen) !== me || !this.#swap(seen, seen & ~HANDED)) return false;
    if (!this.#reentrant) this.#beginTurn();
    return true;
  }

  /** Lets go, or hands over to the waiter with a claim. */
  #pass(seen: number): void {
    const claimant = takeClaim(this.#cells, this.#at + CLAIM);
    const next = claimant === 0 || this.#life.isGone(claimant) ? 0 : (claimant << NAME_SHIFT) | HANDED | CONTENDED;
    // A waiter may mark it meanwhile.
    if (!this.#swap(seen, next)) {
      seen |= CONTENDED;
      if (!this.#swap(seen, next)) throw new NotHeldError(`the ${this.#of} was released twice at the same time`);
    }
    // Which of the waiters the claim is of cannot be told to `notify`.
    if (next !== 0) Atomics.notify(this.#cells, this.#at);
    else if ((seen & CONTENDED) !== 0) Atomics.notify(this.#cells, this.#at, 1);
  }

  get #state(): number {
    return Atomics.load(this.#cells, this.#at);
  }

  #swap(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#cells, this.#at, from, to) === from;
  }
}

function holderOf(state: number): ThreadName {
  return state >> NAME_SHIFT;
}

function isPoisoned(state: number): boolean {
  return (state & POISONED) !== 0;
}

function isHanded(state: number): boolean {
  return (state & HANDED) !== 0;
}

/** By a thread that may release it. */
function isHeld(state: number): boolean {
  return state !== 0 && (state & (POISONED | HANDED)) === 0;
}

/** How a wait ends that did not get it. */
function left(aborted: { readonly reason: unknown } | undefined): false {
  if (aborted !== undefined) throw aborted.reason;
  return false;
}
