/**
 * Lets calls stand in line: each begins when the one before it has settled, well or not. For writers that keep a place in a file or a
 * transaction, as writes may overlap: by `concurrency`, and when one outlives the grace behind its time.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles when no call is under way or waits; never rejects. */
  get idle(): Promise<unknown> {
    return this.#last;
  }

  take<T>(call: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(call);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
