import type { Rejection } from '../stage.js';

/** Items that one call of a writer brings, and the source position of each. */
export interface Part {
  readonly items: readonly unknown[];
  /** -1 where none is known. */
  readonly positions: readonly number[];
  /** Failed writes that its items were a part of. */
  readonly failures: number;
  /** Of a whole write of arrays, behind a `batch`: items in those, beyond one for each. */
  readonly surplus?: number;
}

/** What a part that cannot be written falls into. */
export interface Split {
  /** The row that is to blame, when it is known. */
  readonly blamed: Rejection | undefined;
  /** What is to be written by itself, in order. */
  readonly rest: readonly Part[];
}

/**
 * Halves a part whose write has failed for good, until its bad rows stand alone; an error that names a row by `index` is believed.
 *
 * @param failures writes that have failed so, this part's former ones included
 */
export function split({ items, positions }: Part, error: unknown, failures: number): Split {
  const within = (from: number, to: number): Part => ({
    items: items.slice(from, to),
    positions: positions.slice(from, to),
    failures,
  });
  const bad = blamedIndex(items.length, error);
  if (bad === -1) {
    const middle = Math.ceil(items.length / 2);
    return { blamed: undefined, rest: [within(0, middle), within(middle, items.length)] };
  }
  const blamed = { item: items[bad], position: positions[bad]!, error, attempts: failures };
  const rest = {
    items: items.filter((_, i) => i !== bad),
    positions: positions.filter((_, i) => i !== bad),
    failures,
  };
  return { blamed, rest: items.length === 1 ? [] : [rest] };
}

/** Which of the items a write failed for: the only one, or that which the error names by its `index`; -1 when it is not known. */
export function blamedIndex(count: number, error: unknown): number {
  if (count === 1) return 0;
  try {
    const { index } = Object(error) as { index?: unknown };
    return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < count ? index : -1;
  } catch {
    // The error is the user's, and so are its getters.
    return -1;
  }
}

/** Lowest position from `low` on; undefined when there is none. */
export function lowestIn(positions: readonly number[], low: number): number | undefined {
  return positions.reduce<number | undefined>(
    (lowest, position) => (position >= low && (lowest === undefined || position < lowest) ? position : lowest),
    undefined,
  );
}
