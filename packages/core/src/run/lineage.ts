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

/** Of so many stretches that are kept one may cost a walk over the live items. */
const keptPerWalk = 8;

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
    stretches.kept = this.#live(stretches.kept, firstTag(source), from);
    // Twice what had to stay: the walks over all live items are then paid by as many pulls.
    stretches.pruneAt = Math.max(pruneAt, stretches.kept.length * 2);
  }

  /**
   * Those with an item that is on its way, also behind one that is for very long. Mostly live items lie in one stretch after the other: where
   * walks find just that, ever more stretches stay before the next one looks, about as many as stayed in that row before.
   *
   * @param from tag of the items that are just coming, of which nobody knows yet
   */
  #live(kept: readonly Stretch[], first: number, from: number): Stretch[] {
    // A tag of a later source says that nothing of this one is on its way.
    let lowest = this.#lowestLive(first) ?? Number.POSITIVE_INFINITY;
    let walks = kept.length / keptPerWalk;
    let stride = 0;
    let unlooked = 0;
    return kept.filter((stretch) => {
      if (lowest < stretch.from && walks > 0) {
        if (unlooked > 0) {
          unlooked -= 1;
          return true;
        }
        walks -= 1;
        lowest = this.#lowestLive(stretch.from) ?? Number.POSITIVE_INFINITY;
        stride = lowest < stretch.from + stretch.count ? stride * 2 + 1 : 0;
        unlooked = stride;
      }
      return stretch.from >= from || lowest < stretch.from + stretch.count;
    });
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
