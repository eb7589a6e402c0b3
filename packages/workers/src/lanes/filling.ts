/** A batch takes no further item when its strings come to so many UTF-16 units: a larger message is no quicker, and lies in memory twice. */
const MAX_TEXT_LENGTH = 1 << 20;
/** The same for the bytes of buffers. */
const MAX_BYTES = 1 << 18;
/** But for so many: what a message costs by itself is to be shared. */
const MIN_ITEMS = 16;
/** Unless they come to so many times as much: beside that what a message costs by itself is little. */
const MAX_TIMES = 4;

/**
 * How full a batch is that is being filled: by the number of its items, and by its strings and buffers, whose size costs nothing to ask. What
 * is in objects is not looked for.
 */
export class Filling {
  readonly #max: number;
  #items = 0;
  /** What strings and buffers take, as a share of what a batch should hold. */
  #bulk = 0;

  /** @param max items it may hold; what `Job.take` was asked for */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether it should take no further item. */
  get isFull(): boolean {
    if (this.#items >= this.#max) return true;
    return this.#bulk >= 1 && (this.#items >= MIN_ITEMS || this.#bulk >= MAX_TIMES);
  }

  /** The item is one of the batch. */
  add(item: unknown): void {
    this.#items += 1;
    this.#bulk += bulkOf(item);
  }
}

/** What a string or buffer takes of what a batch should hold; 0 of anything else. */
export function bulkOf(item: unknown): number {
  if (typeof item === 'string') return item.length / MAX_TEXT_LENGTH;
  return typeof item === 'object' && ArrayBuffer.isView(item) ? item.byteLength / MAX_BYTES : 0;
}
