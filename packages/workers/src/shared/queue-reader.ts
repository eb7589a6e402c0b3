/** Reads a queue to its end. Told to return while it waits, it gives the wait up: an item that came later would be lost with it. */
export class QueueReader<T> implements AsyncIterableIterator<T> {
  readonly #get: (signal: AbortSignal) => Promise<Uint8Array | undefined>;
  readonly #itemOf: (bytes: Uint8Array) => T;
  readonly #aborter = new AbortController();

  constructor(get: (signal: AbortSignal) => Promise<Uint8Array | undefined>, itemOf: (bytes: Uint8Array) => T) {
    this.#get = get;
    this.#itemOf = itemOf;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const { signal } = this.#aborter;
    try {
      const bytes = signal.aborted ? undefined : await this.#get(signal);
      return bytes === undefined ? this.return() : { done: false, value: this.#itemOf(bytes) };
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
