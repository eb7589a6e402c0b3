const MINUTE_MS = 60_000;

/** How often a lane may be replaced: `max` times within any minute. */
export class RestartBudget {
  readonly #max: number;
  readonly #now: () => number;
  #spent: number[] = [];

  /** `now`: a monotonic clock, in ms. */
  constructor(max: number, now: () => number = () => performance.now()) {
    this.#max = max;
    this.#now = now;
  }

  /** Takes one restart out of the budget; false when there is none left. */
  spend(): boolean {
    const now = this.#now();
    this.#spent = this.#spent.filter((at) => now - at < MINUTE_MS);
    if (this.#spent.length >= this.#max) return false;
    this.#spent.push(now);
    return true;
  }
}
