import { bulkOf } from './filling.js';
import type { Reply } from './job.js';

/** Bytes of rows that a batch should hold: a larger message of them is slower, and lies in memory twice. */
const MAX_BYTES = 1 << 18;
/** But for so many: with fewer the codec makes clones, of which nobody knows how many bytes they are. */
const MIN_ROWS = 32;
/** Unless they come to so many bytes. */
const MAX_BYTES_OF_FEW = 1 << 22;

/** What is left of what is known after a batch of few clones: some forty of them until it is a quarter. */
const SLOWLY = 31 / 32;

/** How many items of one job make a message large, by the bytes of those that have crossed. */
export class ItemBytes {
  /** Of an item or of what came of it, whichever are more, as the latest batches tell; 0 while nothing is known. */
  #bytes = 0;

  /** Items that a batch should hold at most, of `max`. */
  atMost(max: number): number {
    const few = Math.min(MIN_ROWS, Math.floor(MAX_BYTES_OF_FEW / this.#bytes));
    return Math.min(max, Math.max(few, Math.floor(MAX_BYTES / this.#bytes), 1));
  }

  /**
   * A reply came that is the whole of its batch, and finished so many of its items. Strings and buffers are weighed beforehand, see `Filling`; of
   * clones nothing is known, and what was known fades: rows that were large once must not keep batches small for ever. Slowly where a batch is so
   * small that it goes as clones for that.
   */
  observe(items: readonly unknown[], finished: number, { crossing }: Pick<Reply, 'crossing'>): void {
    if (crossing === undefined || finished === 0 || bulkOf(items[0]) > 0) return;
    const bytes = Math.max(crossing.sentBytes / items.length, crossing.receivedBytes / finished);
    this.#bytes = bytes > 0 ? bytes : this.#bytes * (items.length < MIN_ROWS ? SLOWLY : 1 / 2);
  }
}
