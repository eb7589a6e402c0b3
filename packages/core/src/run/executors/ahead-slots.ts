/** Slots for outputs that the emissions of a stage take ahead of their turn, all together; who finds none is called when one is free. */
export class AheadSlots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(slots: number) {
    this.#free = slots;
  }

  /** True: a slot is taken, give it back later. False: `retry` is called once when one may be free. */
  acquire(retry: () => void): boolean {
    if (this.#free === 0) {
      this.#waiting.add(retry);
      return false;
    }
    this.#free -= 1;
    return true;
  }

  giveBack(): void {
    this.#free += 1;
    for (const retry of this.#waiting) {
      // Who is called may not want the slot any more: the next one is asked.
      if (this.#free === 0) return;
      this.#waiting.delete(retry);
      retry();
    }
  }
}
