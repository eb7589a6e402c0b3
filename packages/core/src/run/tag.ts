/** Items that a source may give, and with it the tags that belong to it. */
const perSource = 2 ** 45;

// The position of an item, as edges and windows carry it, is a tag that tells its source, too: a number beside the item costs nothing.
// Of a flow with one source, tags and ordinals are the same.

/** Tag of the first item of a source, by the number of the source. */
export function firstTag(source: number): number {
  return source * perSource;
}

/** Number of the source that an item comes from. */
export function sourceOf(tag: number): number {
  return Math.floor(tag / perSource);
}

/** 0-based ordinal of an item in its source. */
export function ordinalOf(tag: number): number {
  return tag % perSource;
}
