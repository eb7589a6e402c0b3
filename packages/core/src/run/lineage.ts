interface Stretch {
  readonly from: number;
  readonly count: number;
  readonly origin: (index: number) => string;
}

/** Stretches kept before the settled ones are dropped. */
const pruneAt = 64;

/** From a source position back to the place in the data, for the items that are still on their way. */
export class Lineage {
  #stretches: Stretch[] = [];
  #pruneAt = pruneAt;

  /** Notes where the items from position `from` come from; in ascending order. */
  record(from: number, count: number, origin: (index: number) => string, oldestLive: () => number | undefined): void {
    this.#stretches.push({ from, count, origin });
    if (this.#stretches.length < this.#pruneAt) return;
    const oldest = oldestLive() ?? from;
    this.#stretches = this.#stretches.filter((stretch) => stretch.from + stretch.count > oldest);
    // Twice what had to stay: the walk over all live positions is then paid by as many pulls.
    this.#pruneAt = Math.max(pruneAt, this.#stretches.length * 2);
  }

  origin(position: number): string | undefined {
    const stretch = this.#stretches.find(({ from, count }) => position >= from && position < from + count);
    return stretch?.origin(position - stretch.from);
  }
}
