/** Work that one batch should hold: long against the cost of a message, short against what a user notices. */
const AIM_MS = 20;
/** Work below which a batch is not made smaller for the sake of other lanes: a message has its price. */
const SHARE_MS = 1;
/** Weight of the latest batch in the time of an item, while it is about what is known. */
const WEIGHT = 1 / 4;
/** A batch whose items took so many times as long as is known, or as short, is no noise: the tasks have changed. */
const CHANGE = 2;
/** Work that nothing is to wait behind in its lane: what a lane idles between two batches is little against it. */
const LONG_MS = 50;

/**
 * How many items a batch of one job asks for. Starts at one, since the first items may take minutes each; doubles at most, as far as a
 * batch of half the size has proved; falls at once when tasks turn twice as slow, since a batch too long keeps its items from idle lanes. What is
 * noise, as of a core that is shared for a moment, is evened out: else each disturbance would make the batches small for a while.
 */
export class BatchSize {
  readonly #max: number;
  #size = 1;
  /** Time of an item, in ms; no finite number while it is not known. */
  #itemMs = Number.NaN;

  constructor(max: number) {
    this.#max = max;
  }

  get current(): number {
    return this.#size;
  }

  /** The size for one of so many lanes, while so many items wait: few are shared out. Undefined: it is not known how many wait. */
  share(waiting: number | undefined, lanes: number): number {
    if (waiting === undefined || !Number.isFinite(this.#itemMs)) return this.#size;
    const share = Math.max(waiting / lanes, SHARE_MS / this.#itemMs);
    return Math.max(1, Math.min(this.#size, Math.ceil(share)));
  }

  /** Whether so many items are known to take a short time. */
  isBrief(items: number): boolean {
    return items * this.#itemMs < LONG_MS;
  }

  /** A lane spent `busyMs` on `items`. */
  observe(items: number, busyMs: number): void {
    if (items === 0) return;
    const itemMs = this.#evenOut(busyMs / items);
    this.#itemMs = itemMs;
    const aim = itemMs > 0 ? Math.floor(AIM_MS / itemMs) : this.#max;
    const bounded = Math.max(1, Math.min(aim, this.#max));
    this.#size = bounded < this.#size ? bounded : Math.max(this.#size, Math.min(bounded, items * 2));
  }

  #evenOut(latest: number): number {
    const known = this.#itemMs;
    if (!Number.isFinite(known) || latest > known * CHANGE || latest < known / CHANGE) return latest;
    return known + (latest - known) * WEIGHT;
  }
}
