/**
 * A set of a few things that come and go, in the order they came. Finding one costs time by how many there are.
 *
 * Not a `Set` or `Map`: V8 makes the table of one that is added to and deleted from anew every few times, the old table still holds what was
 * in it, and points to the new one. Once one of these tables lies in the old generation, dead but not collected, minor collections hold on
 * to all that follow, with everything that ever was in them.
 */
export class Few<T> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** Not to be called with what is in it. */
  add(item: T): void {
    this.#items.push(item);
  }

  find(holds: (item: T) => boolean): T | undefined {
    return this.#items.find(holds);
  }

  /** Whether it was in it. */
  delete(item: T): boolean {
    const at = this.#items.indexOf(item);
    if (at === -1) return false;
    this.#items.splice(at, 1);
    return true;
  }

  /** The first of which that holds, which is in it no more; undefined when there is none. */
  take(holds: (item: T) => boolean): T | undefined {
    const at = this.#items.findIndex(holds);
    return at === -1 ? undefined : this.#items.splice(at, 1)[0];
  }

  /** Empties it; gives what was in it. */
  clear(): readonly T[] {
    return this.#items.splice(0);
  }

  /** Those that are in it now, whatever comes and goes meanwhile. */
  [Symbol.iterator](): IterableIterator<T> {
    return [...this.#items].values();
  }
}
