/**
 * FIFO over a circular array that grows by doubling up to what its owner lets in. Beside each item travels a number, its tag (a run
 * keeps the source position there), so that no envelope is allocated per item. Positions are masked, so sizes are powers of two.
 */
export class RingBuffer<T> {
  #items: (T | undefined)[] = new Array<T | undefined>(16);
  #tags: number[] = new Array<number>(16).fill(0);
  #mask = 15;
  #head = 0;
  #length = 0;
  /** Tag of the item that the latest `shift` returned. */
  tag = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T, tag: number): void {
    if (this.#length > this.#mask) this.#grow();
    const at = (this.#head + this.#length) & this.#mask;
    this.#items[at] = item;
    this.#tags[at] = tag;
    this.#length += 1;
  }

  /** The oldest item. The caller has seen that there is one: `undefined` is an ordinary item. */
  shift(): T {
    const at = this.#head;
    const item = this.#items[at] as T;
    this.#items[at] = undefined;
    this.tag = this.#tags[at]!;
    this.#head = (at + 1) & this.#mask;
    this.#length -= 1;
    return item;
  }

  /** What the next `shift` returns. The caller has seen that there is one. */
  get oldest(): T {
    return this.#items[this.#head] as T;
  }

  /** Tag of the oldest item; undefined when empty. */
  get oldestTag(): number | undefined {
    return this.#length === 0 ? undefined : this.#tags[this.#head];
  }

  /** Lowest tag from `low` on; undefined when there is none. Looks at all of them: they need not come in order. */
  lowestTag(low: number): number | undefined {
    let lowest: number | undefined;
    for (let i = 0; i < this.#length; i += 1) {
      const tag = this.#tags[(this.#head + i) & this.#mask]!;
      if (tag >= low && (lowest === undefined || tag < lowest)) lowest = tag;
    }
    return lowest;
  }

  clear(): void {
    this.#items.fill(undefined);
    this.#head = 0;
    this.#length = 0;
  }

  #grow(): void {
    const size = this.#items.length;
    const items = new Array<T | undefined>(size * 2);
    const tags = new Array<number>(size * 2).fill(0);
    for (let i = 0; i < this.#length; i += 1) {
      items[i] = this.#items[(this.#head + i) & this.#mask];
      tags[i] = this.#tags[(this.#head + i) & this.#mask]!;
    }
    this.#items = items;
    this.#tags = tags;
    this.#mask = size * 2 - 1;
    this.#head = 0;
  }
}
