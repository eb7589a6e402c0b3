import { type Life, me, type ThreadName } from './life.js';

/** Waiters at one time, notified ones that have not left included. */
export const PLACES = 1024;
/** Of each place, the ticket of its waiter, which says who has waited longest. */
const TICKETS = PLACES;
/** The ticket of the next one to come. */
const NEXT = TICKETS + PLACES;
/** Places from here on have never been taken. */
const USED = NEXT + 1;
/** Words of memory that a line takes. */
export const LINE_WORDS = USED + 1;

// A place holds its waiter and what became of it; 0: free.
const WAITING = 1;
const NOTIFIED = 2;
const NAME_SHIFT = 2;

/**
 * Those that wait at a condition, each at a place of its own in shared memory. A place is written by threads that hold the lock of the
 * condition, but for two: a waiter that is told of a death leaves without it, and one may inherit the notification of another that has died.
 * Both go by an exchange, and so does whoever notifies.
 */
export class WaiterLine {
  /** What the place of a waiter of this thread holds until it is notified: it sleeps while that is so. */
  static readonly waiting = (me << NAME_SHIFT) | WAITING;
  readonly #cells: Int32Array;
  readonly #life: Life;

  constructor(cells: Int32Array, life: Life) {
    this.#cells = cells;
    this.#life = life;
  }

  /** A place for a new waiter of this thread, the last in the line. With the lock held. @throws RangeError when there is none */
  enter(): number {
    for (let place = 0; place < PLACES; place++) {
      const state = Atomics.load(this.#cells, place);
      // That of a dead one that was notified holds a notification, which another waiter inherits.
      if (state !== 0 && ((state & NOTIFIED) !== 0 || !this.#life.isGone(threadOf(state)))) continue;
      const ticket = this.#cells[NEXT]!;
      this.#cells[NEXT] = (ticket + 1) | 0;
      this.#cells[TICKETS + place] = ticket;
      if (place >= this.#used) Atomics.store(this.#cells, USED, place + 1);
      Atomics.store(this.#cells, place, WaiterLine.waiting);
      return place;
    }
    throw new RangeError(`a Condition has at most ${PLACES} waiters at one time`);
  }

  /** Whether the waiter of this thread at that place has not been notified. */
  waitsAt(place: number): boolean {
    return Atomics.load(this.#cells, place) === WaiterLine.waiting;
  }

  /** The waiter of this thread leaves without the lock. False when it has been notified: then it must not. */
  forsake(place: number): boolean {
    return Atomics.compareExchange(this.#cells, place, WaiterLine.waiting, 0) === WaiterLine.waiting;
  }

  /** The waiter of this thread leaves, with the lock held. True when it was notified. */
  leave(place: number): boolean {
    return (Atomics.exchange(this.#cells, place, 0) & NOTIFIED) !== 0;
  }

  /** The places of those that wait, first who has waited longest. With the lock held. */
  places(): readonly number[] {
    const line: number[] = [];
    for (let place = 0; place < this.#used; place++) if ((Atomics.load(this.#cells, place) & WAITING) !== 0) line.push(place);
    const next = this.#cells[NEXT]!;
    // Tickets begin anew after 2^32: what counts is how long ago each was given.
    const since = (place: number): number => (this.#cells[TICKETS + place]! - next) | 0;
    return line.sort((one, other) => since(one) - since(other));
  }

  /** Notifies the waiter at that place, with the lock held. False for the places of those that have left, or have died. */
  wake(place: number): boolean {
    const state = Atomics.load(this.#cells, place);
    if ((state & WAITING) === 0 || this.#life.isGone(threadOf(state))) return false;
    // One that is told of a death leaves without the lock, in this instant maybe; and one may inherit.
    if (Atomics.compareExchange(this.#cells, place, state, (state & ~WAITING) | NOTIFIED) !== state) return false;
    Atomics.notify(this.#cells, place);
    return true;
  }

  /**
   * A notified waiter may die before it has the lock: the waiter of this thread at that place takes its notification, if there is one.
   * Without the lock, so by an exchange.
   */
  inherit(place: number): void {
    const { waiting } = WaiterLine;
    for (let other = 0; other < this.#used; other++) {
      const state = Atomics.load(this.#cells, other);
      if ((state & NOTIFIED) === 0 || !this.#life.isGone(threadOf(state))) continue;
      if (Atomics.compareExchange(this.#cells, other, state, 0) !== state) continue;
      const notified = (waiting & ~WAITING) | NOTIFIED;
      if (Atomics.compareExchange(this.#cells, place, waiting, notified) === waiting) return;
      // It was notified itself in the meantime.
      Atomics.compareExchange(this.#cells, other, 0, state);
      return;
    }
  }

  get #used(): number {
    return Atomics.load(this.#cells, USED);
  }
}

function threadOf(state: number): ThreadName {
  return state >> NAME_SHIFT;
}
