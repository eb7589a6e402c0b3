import { RingBuffer } from '../queue/index.js';
import { type Observable, rx } from '../rxjs.js';

/** Outputs an Observable may be ahead of the stage; it cannot be slowed down. They are not part of a plan's bound. */
export const maxObservableHeld = 65_536;

type Arrival =
  | { readonly kind: 'output'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'end' };

/** An Observable as an async iterator: subscribed at once, what it emits is held until it is asked for. One `next()` at a time. */
export class ObservableIterator implements AsyncIterator<unknown> {
  // Not an array: taking the first of some ten thousand moves all others.
  readonly #arrived = new RingBuffer<Arrival>();
  /** Ends also an Observable that emits within `subscribe`, when there is no subscription yet to be unsubscribed. */
  readonly #left = new (rx().Subject)<void>();
  #over = false;
  #asked: (() => void) | undefined;

  /** @param overflow error for an Observable that emits faster than it is taken */
  constructor(observable: Observable<unknown>, overflow: (held: number) => Error) {
    observable.pipe(rx().takeUntil(this.#left)).subscribe({
      next: (value) => {
        if (this.#arrived.length < maxObservableHeld) this.#arrive({ kind: 'output', value });
        else {
          this.#arrive({ kind: 'error', error: overflow(this.#arrived.length) });
          this.#left.next();
        }
      },
      error: (error: unknown) => this.#arrive({ kind: 'error', error }),
      complete: () => this.#arrive({ kind: 'end' }),
    });
  }

  readonly next = async (): Promise<IteratorResult<unknown>> => {
    if (this.#arrived.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#asked = resolve;
      });
      this.#asked = undefined;
    }
    const arrival = this.#arrived.length > 0 ? this.#arrived.shift() : undefined;
    if (arrival?.kind === 'error') throw arrival.error;
    return arrival?.kind === 'output' ? { done: false, value: arrival.value } : { done: true, value: undefined };
  };

  readonly return = async (): Promise<IteratorResult<unknown>> => {
    this.#over = true;
    this.#arrived.clear();
    this.#left.next();
    this.#asked?.();
    return { done: true, value: undefined };
  };

  #arrive(arrival: Arrival): void {
    if (this.#over) return;
    this.#over = arrival.kind !== 'output';
    this.#arrived.push(arrival, 0);
    this.#asked?.();
  }
}
