/** A queue whose ends cost the same however long it is: `Array.shift` does not. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Only while `length` > 0. */
  shift(): T {
    const item = this.#items[this.#head] as T;
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) this.#reset();
    else if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Gives what was in it. */
  clear(): readonly T[] {
    const items = this.#items.slice(this.#head) as T[];
    this.#reset();
    return items;
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let at = this.#head; at < this.#items.length; at += 1) yield this.#items[at] as T;
  }

  #reset(): void {
    this.#items = [];
    this.#head = 0;
  }
}
