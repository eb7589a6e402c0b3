import { type Life, me, type ThreadName } from './life.js';

/** Which ends of a thread are a loss to the others: any, or a death alone. */
type Loss = 'gone' | 'died';

/** The threads that have a part in something, in shared memory: those that hold it, wait in it, or take part. 0: a free place. */
export class Roll {
  readonly #cells: Int32Array;
  readonly #from: number;
  readonly #to: number;
  readonly #life: Life;
  readonly #loss: Loss;

  constructor(cells: Int32Array, from: number, places: number, life: Life, loss: Loss) {
    this.#cells = cells;
    this.#from = from;
    this.#to = from + places;
    this.#life = life;
    this.#loss = loss;
  }

  /** Gives a place to this thread, one for each call; undefined when none is free. */
  enter(): number | undefined {
    for (let place = this.#from; place < this.#to; place++) {
      const other = Atomics.load(this.#cells, place);
      // Of one that has ended and is no loss.
      if (other !== 0 && (this.#isLost(other) || !this.#life.isGone(other))) continue;
      if (Atomics.compareExchange(this.#cells, place, other, me) === other) return place;
    }
    return undefined;
  }

  leave(place: number): void {
    Atomics.store(this.#cells, place, 0);
  }

  /** It is a place of this thread. */
  isMine(place: number): boolean {
    return Atomics.load(this.#cells, place) === me;
  }

  /** The place of this thread, where each has one at most. */
  get mine(): number | undefined {
    for (let place = this.#from; place < this.#to; place++) if (this.isMine(place)) return place;
    return undefined;
  }

  /** Places that are taken. */
  get size(): number {
    let size = 0;
    for (let place = this.#from; place < this.#to; place++) if (Atomics.load(this.#cells, place) !== 0) size++;
    return size;
  }

  /** A thread that is lost with its place. */
  get lost(): ThreadName | undefined {
    for (let place = this.#from; place < this.#to; place++) {
      const thread = Atomics.load(this.#cells, place);
      if (thread !== 0 && this.#isLost(thread)) return thread;
    }
    return undefined;
  }

  /** Strikes the lost ones; gives how many places they had. */
  strikeLost(): number {
    let struck = 0;
    for (let place = this.#from; place < this.#to; place++) {
      const thread = Atomics.load(this.#cells, place);
      if (thread === 0 || !this.#isLost(thread)) continue;
      if (Atomics.compareExchange(this.#cells, place, thread, 0) === thread) struck++;
    }
    return struck;
  }

  #isLost(thread: ThreadName): boolean {
    return this.#loss === 'gone' ? this.#life.isGone(thread) : this.#life.hasDied(thread);
  }
}
