import { OverflowError } from '../errors.js';
import { type Observable, rx } from '../rxjs.js';
import { boundedQueue, type Receiver, type Sender } from './bounded-queue.js';
import type { Overflow } from './overflow.js';
import { END, NONE } from './sentinels.js';

export interface BridgeOptions {
  /** What becomes of an item that finds no room. */
  readonly overflow: Exclude<Overflow, 'wait'>;
  /** Items that may wait to be asked for, ≥ 1. */
  readonly capacity: number;
  /** Items given at a time at most, ≥ 1. */
  readonly atOnce: number;
  /** Ends it as `return` does. */
  readonly signal: AbortSignal;
}

/**
 * What an Observable emits, to be asked for: subscribed at once, held in a bounded queue, unsubscribed when it is left, fails or overflows.
 * An error overtakes what is held. No call of the Observable's is answered by work: each item goes into the queue and that is all, so
 * millions may come within `subscribe`.
 */
export class ObservableBridge<T> implements AsyncIterableIterator<{ readonly items: readonly T[] }> {
  readonly #sender: Sender<T>;
  readonly #receiver: Receiver<T>;
  readonly #options: BridgeOptions;
  readonly #unsubscribe: () => void;
  /** Resolves with the error when it has failed: whoever has no room for items does not ask for them, and would not hear of it. */
  readonly broken: Promise<unknown>;
  #break!: (error: unknown) => void;
  /** Tells the `next` that waits that there is something to see. */
  #wake: (() => void) | undefined;
  #emitted = 0;
  #given = 0;
  #left = false;

  constructor(observable: Observable<T>, options: BridgeOptions) {
    const { capacity, overflow, signal } = options;
    this.broken = new Promise((resolve) => {
      this.#break = resolve;
    });
    const { sender, receiver } = boundedQueue<T>(capacity, { overflow });
    this.#sender = sender;
    this.#receiver = receiver;
    this.#options = options;
    const { Subject, takeUntil } = rx();
    // Ends also an Observable that emits within `subscribe`, when there is no subscription yet to be unsubscribed.
    const left = new Subject<void>();
    const unsubscribe = (): void => left.next();
    this.#unsubscribe = unsubscribe;
    signal.addEventListener('abort', this.#leave, { once: true });
    observable.pipe(takeUntil(left)).subscribe({ next: this.#take, error: this.#fail, complete: this.#complete });
    if (signal.aborted) this.#leave();
  }

  /** It is its own, as of a source that holds items. */
  get gauge(): this {
    return this;
  }

  /** Items that wait to be asked for. */
  get length(): number {
    return this.#receiver.length;
  }

  /** Items that were emitted and will never be given. */
  get dropped(): number {
    return this.#emitted - this.#given - this.#receiver.length;
  }

  readonly next = async (): Promise<IteratorResult<{ readonly items: readonly T[] }>> => {
    while (!this.#left) {
      const items: T[] = [];
      let item = this.#receiver.tryReceive();
      while (item !== NONE && item !== END) {
        items.push(item);
        if (items.length === this.#options.atOnce) break;
        item = this.#receiver.tryReceive();
      }
      this.#given += items.length;
      if (items.length > 0) return { done: false, value: { items } };
      if (item === END) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return { done: true, value: undefined };
  };

  readonly return = async (): Promise<IteratorResult<{ readonly items: readonly T[] }>> => {
    this.#leave();
    return { done: true, value: undefined };
  };

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #take = (item: T): void => {
    this.#emitted += 1;
    try {
      if (this.#sender.trySend(item) === 'closed') this.#fail(new OverflowError(this.#options.capacity));
    } catch (error) {
      // A sentinel, which is never an item.
      this.#fail(error);
    }
    this.#wakeUp();
  };

  readonly #fail = (error: unknown): void => {
    // After an overflow the queue has failed by itself, with an error of the same words.
    this.#sender.fail(error);
    this.#break(error);
    this.#over();
  };

  readonly #complete = (): void => {
    this.#sender.close();
    this.#over();
  };

  /** What waits is given up; a `next` that is pending gives the end. */
  readonly #leave = (): void => {
    this.#left = true;
    this.#receiver.cancel();
    this.#over();
  };

  #over(): void {
    this.#options.signal.removeEventListener('abort', this.#leave);
    this.#unsubscribe();
    this.#wakeUp();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
