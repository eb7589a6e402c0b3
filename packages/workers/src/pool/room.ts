import { Fifo } from './fifo.js';

interface Waiter {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets callers in while fewer than `capacity` items wait. A place that was granted is kept for its caller until the end of the turn of the
 * event loop: so callers that submit at once never exceed the capacity, and one that does not costs nobody a place.
 */
export class Room {
  readonly #capacity: number;
  readonly #waiters = new Fifo<Waiter>();
  #occupied = 0;
  #granted = 0;
  #turn: NodeJS.Immediate | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  readonly enter = (): Promise<void> => {
    if (this.#waiters.length === 0 && this.#hasPlace()) {
      this.#grant();
      return Promise.resolve();
    }
    let resolve!: Waiter['resolve'];
    let reject!: Waiter['reject'];
    const promise = new Promise<void>((...settle) => {
      [resolve, reject] = settle;
    });
    this.#waiters.push({ promise, resolve, reject });
    return promise;
  };

  occupy(): void {
    this.#occupied += 1;
    if (this.#granted > 0) this.#granted -= 1;
  }

  readonly leave = (places: number): void => {
    this.#occupied -= places;
    this.#letIn();
  };

  /** All that wait reject. With `silent` those that nobody looks at make no unhandled rejection. */
  close(error: unknown, silent: boolean): void {
    while (this.#waiters.length > 0) {
      const { promise, reject } = this.#waiters.shift();
      if (silent) promise.catch(() => undefined);
      reject(error);
    }
  }

  #hasPlace(): boolean {
    return this.#occupied + this.#granted < this.#capacity;
  }

  #letIn(): void {
    while (this.#waiters.length > 0 && this.#hasPlace()) {
      this.#grant();
      this.#waiters.shift().resolve();
    }
  }

  #grant(): void {
    this.#granted += 1;
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#granted = 0;
      this.#letIn();
    });
  }
}
