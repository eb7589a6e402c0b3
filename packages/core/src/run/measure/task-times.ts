import { Histogram, type Spread } from './histogram.js';

/** While tasks begin faster than this, fewer of them are timed, in ms. */
const fastMs = 0.1;
/** Tasks that one stands for at most. Prime: what comes round in the items is not likely to come round with it. */
const maxFor = 13;

/** One task that is timed. */
export interface TimedTask {
  readonly beganAt: number;
  /** Tasks that began since the one before it, for which it stands, and itself. */
  readonly standsFor: number;
}

/**
 * How long tasks on the main thread take. A look at the clock would cost more than the cheapest of them: each is timed while they are
 * few, every thirteenth while there are many, and counts for those that were not.
 */
export class TaskTimes {
  readonly #now: () => number;
  readonly #times = new Histogram();
  #every = 1;
  #begun = 0;
  #timedAt = Number.NEGATIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A task begins; undefined when it is not timed. */
  begin(): TimedTask | undefined {
    this.#begun += 1;
    return this.#begun < this.#every ? undefined : this.#time();
  }

  /** It has ended, well or not. */
  end({ beganAt, standsFor }: TimedTask): void {
    this.#times.record(this.#now() - beganAt, standsFor);
  }

  get spread(): Spread | undefined {
    return this.#times.spread();
  }

  #time(): TimedTask {
    const beganAt = this.#now();
    const standsFor = this.#begun;
    const isFast = beganAt - this.#timedAt < fastMs * standsFor;
    this.#every = isFast ? Math.min(this.#every * 2, maxFor) : 1;
    this.#timedAt = beganAt;
    this.#begun = 0;
    return { beganAt, standsFor };
  }
}
