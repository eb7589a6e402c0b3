import { firstTag, sourceOf } from './tag.js';

interface Stretch {
  readonly from: number;
  readonly count: number;
  readonly origin: (index: number) => string;
}

/** Stretches of one source, in ascending order. */
interface Stretches {
  kept: Stretch[];
  pruneAt: number;
}

/** Stretches kept before the settled ones are dropped. */
const pruneAt = 64;

/** From the tag of an item back to the place in the data that it comes from, for the items that are still on their way. */
export class Lineage {
  readonly #lowestLive: (low: number) => number | undefined;
  /** By source. */
  readonly #stretches: Stretches[] = [];

  /** @param lowestLive lowest tag from `low` on that is on its way */
  constructor(lowestLive: (low: number) => number | undefined) {
    this.#lowestLive = lowestLive;
  }

  /** Notes where the items from tag `from` on come from; of each source in ascending order. */
  record(from: number, count: number, origin: (index: number) => string): void {
    const source = sourceOf(from);
    this.#stretches[source] ??= { kept: [], pruneAt };
    const stretches = this.#stretches[source];
    stretches.kept.push({ from, count, origin });
    if (stretches.kept.length < stretches.pruneAt) return;
    // A tag of a later source says that nothing of this one is on its way.
    const lowest = Math.min(this.#lowestLive(firstTag(source)) ?? from, from);
    stretches.kept = stretches.kept.filter((stretch) => stretch.from + stretch.count > lowest);
    // Twice what had to stay: the walk over all live items is then paid by as many pulls.
    stretches.pruneAt = Math.max(pruneAt, stretches.kept.length * 2);
  }

  origin(tag: number): string | undefined {
    if (tag < 0) return undefined;
    const stretch = this.#stretches[sourceOf(tag)]?.kept.find(({ from, count }) => tag >= from && tag < from + count);
    try {
      return stretch?.origin(tag - stretch.from);
    } catch {
      // The connector's words are missing: no reason to lose the error that they are for.
      return undefined;
    }
  }
}
