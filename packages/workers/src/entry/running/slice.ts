/** Time after which a batch gives the items back that it has not begun: half as long again as a batch aims at, so that noise does not cut it. */
const SLICE_MS = 30;
/** Items between two looks at the clock at most, while they are quick. */
const MAX_LOOK_EVERY = 8;
/** Time between two looks from which on each item looks. */
const COSTLY_MS = 1;

/**
 * The time that a batch may keep its items from other lanes, and what it has finished from the pool. The size of a batch follows the tasks,
 * and tasks that turn slow meet a batch that is too large for them. Asked after each item; the clock is looked at after each while they
 * are slow, and after 2, 4, 8 while they are not: the first eight that turn slow may run before it is seen.
 */
export class Slice {
  readonly #now: () => number;
  #began = 0;
  #lookedAt = 0;
  #lookEvery = 1;
  #items = 0;

  /** `now`: a monotonic clock, in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The batch begins or goes on, at this time. */
  begin(at: number): void {
    this.#began = at;
    this.#lookedAt = at;
  }

  /** The item was awaited: a look at the clock costs nothing beside it. */
  lookNext(): void {
    this.#lookEvery = 1;
  }

  get isOver(): boolean {
    this.#items++;
    if (this.#items < this.#lookEvery) return false;
    const now = this.#now();
    this.#lookEvery = now - this.#lookedAt > COSTLY_MS ? 1 : Math.min(this.#lookEvery * 2, MAX_LOOK_EVERY);
    this.#lookedAt = now;
    this.#items = 0;
    return now - this.#began > SLICE_MS;
  }
}
