/** Reads a queue to its end. Told to return while it waits, it gives the wait up: an item that came later would be lost with it. */
export class QueueReader<T> implements AsyncIterableIterator<T> {
  readonly #get: (signal: AbortSignal) => Promise<{ readonly value: T } | undefined>;
  readonly #aborter = new AbortController();

  /** @param get gives undefined at the end; rejects when the signal aborts, and takes nothing then */
  constructor(get: (signal: AbortSignal) => Promise<{ readonly value: T } | undefined>) {
    this.#get = get;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const { signal } = this.#aborter;
    try {
      const got = signal.aborted ? undefined : await this.#get(signal);
      return got === undefined ? this.return() : { done: false, value: got.value };
    } catch (error) {
      if (signal.aborted) return this.return();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#aborter.abort();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
