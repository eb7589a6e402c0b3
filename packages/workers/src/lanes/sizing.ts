/** Work that one batch should hold: long against the cost of a message, short against what a user notices. */
const AIM_MS = 4;

/**
 * How many items a batch of one job asks for. Starts at one, since the first items may take minutes each; doubles at most, as far as a
 * batch of half the size has proved; falls at once, since a batch too long keeps its items from idle lanes.
 */
export class BatchSize {
  readonly #max: number;
  #size = 1;

  constructor(max: number) {
    this.#max = max;
  }

  get current(): number {
    return this.#size;
  }

  /** A lane spent `busyMs` on `items`. */
  observe(items: number, busyMs: number): void {
    if (items === 0) return;
    const aim = busyMs > 0 ? Math.floor((AIM_MS * items) / busyMs) : this.#max;
    const bounded = Math.max(1, Math.min(aim, this.#max));
    this.#size = bounded < this.#size ? bounded : Math.max(this.#size, Math.min(bounded, items * 2));
  }
}
