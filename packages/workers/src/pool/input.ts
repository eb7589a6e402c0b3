import { textOf } from '../wire/told.js';

/** What there is to read of the input of a map. */
export interface Input {
  /** Items come during `read`, so it can wait until a lane asks for them. Else they come later, and are read ahead. */
  readonly onDemand: boolean;
  /** Reads on as long as the reader wants items. Nothing is pushed after `close`. */
  readonly read: () => void;
  /** Tells the input to return, unless it has ended. Resolves when it has, rejects with what that threw. */
  readonly close: () => Promise<void>;
}

export interface InputReader {
  /** Whether one more item is wanted now. */
  readonly wants: () => boolean;
  readonly push: (item: unknown) => void;
  /** Comes once, unless the input is closed before. */
  readonly onEnd: (failure: { readonly error: unknown } | undefined) => void;
}

type State = 'open' | 'reading' | 'closing' | 'ended';

/** Opens an iterable or an async iterable. Throws what its iterator method throws. */
export function openInput(items: Iterable<unknown> | AsyncIterable<unknown>, reader: InputReader): Input {
  // A string is iterable and no object.
  if (typeof items === 'object' && Symbol.asyncIterator in items) return new AsyncInput(items[Symbol.asyncIterator](), reader);
  return new SyncInput(items[Symbol.iterator](), reader);
}

class SyncInput implements Input {
  readonly onDemand = true;
  readonly #iterator: Iterator<unknown>;
  readonly #reader: InputReader;
  #state: State = 'open';

  constructor(iterator: Iterator<unknown>, reader: InputReader) {
    this.#iterator = iterator;
    this.#reader = reader;
  }

  readonly read = (): void => {
    if (this.#state !== 'open') return;
    this.#state = 'reading';
    const end = this.#pull();
    if (end !== undefined) {
      this.#state = 'ended';
      this.#reader.onEnd(end.failure);
    } else if (this.#state === 'reading') this.#state = 'open';
    // Closed by the iterator itself, from within its `next`: a generator that runs cannot be told to return.
    else void this.#return().catch(() => undefined);
  };

  readonly close = async (): Promise<void> => {
    if (this.#state === 'open') await this.#return();
    else if (this.#state === 'reading') this.#state = 'closing';
  };

  #pull(): { readonly failure: { readonly error: unknown } | undefined } | undefined {
    try {
      while (this.#state === 'reading' && this.#reader.wants()) {
        const result = checked(this.#iterator.next());
        if (result.done) return { failure: undefined };
        if (this.#state === 'reading') this.#reader.push(result.value);
      }
      return undefined;
    } catch (error) {
      return { failure: { error } };
    }
  }

  async #return(): Promise<void> {
    this.#state = 'ended';
    this.#iterator.return?.();
  }
}

class AsyncInput implements Input {
  readonly onDemand = false;
  readonly #iterator: AsyncIterator<unknown>;
  readonly #reader: InputReader;
  #state: State = 'open';

  constructor(iterator: AsyncIterator<unknown>, reader: InputReader) {
    this.#iterator = iterator;
    this.#reader = reader;
  }

  readonly read = (): void => {
    if (this.#state !== 'open' || !this.#reader.wants()) return;
    this.#state = 'reading';
    void this.#pull();
  };

  readonly close = async (): Promise<void> => {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    await this.#iterator.return?.();
  };

  async #pull(): Promise<void> {
    try {
      while (this.#state === 'reading' && this.#reader.wants()) {
        const pulled: unknown = await this.#iterator.next();
        // Closed while it was awaited.
        if (this.#state !== 'reading') return;
        const result = checked(pulled);
        if (result.done) return this.#end(undefined);
        this.#reader.push(result.value);
      }
      if (this.#state === 'reading') this.#state = 'open';
    } catch (error) {
      if (this.#state === 'reading') this.#end({ error });
    }
  }

  #end(failure: { readonly error: unknown } | undefined): void {
    this.#state = 'ended';
    this.#reader.onEnd(failure);
  }
}

/** An iterator is the user's. As a loop does: what is no result would else be one that never is the last. */
function checked(result: unknown): IteratorResult<unknown> {
  if ((typeof result === 'object' && result !== null) || typeof result === 'function') return result as IteratorResult<unknown>;
  throw new TypeError(`the iterator of the items gave ${textOf(result)} instead of a result { done, value }`);
}
