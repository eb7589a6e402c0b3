import { onAbort } from '@millrace/workers';

/** One that waits for a queue: settled once, by the queue or by its signal, whichever comes first. */
export interface Waiter<Item, Value> {
  /** What it brings. */
  readonly item: Item;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

interface Place<Item, Value> extends Waiter<Item, Value> {
  before: Place<Item, Value> | undefined;
  behind: Place<Item, Value> | undefined;
}

/**
 * Who waits, first come, first served. One whose signal aborts is taken out of the midst at once, so that nothing is left of waiters that
 * come and go before a queue that stands still. Rejected: a `Set`, whose first member costs a walk over all that were deleted before it.
 */
export class WaitList<Item, Value> {
  #first: Place<Item, Value> | undefined;
  #last: Place<Item, Value> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The promise of one that takes the last place; rejects with the reason of the signal. */
  wait(item: Item, signal: AbortSignal | undefined): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (signal === undefined) {
        this.#add({ item, resolve, reject, before: undefined, behind: undefined });
        return;
      }
      // A signal may outlive any number of waiters: each leaves it again.
      const off = onAbort(signal, () => {
        this.#remove(place);
        reject(signal.reason);
      });
      const place: Place<Item, Value> = {
        item,
        resolve: (value) => {
          off();
          resolve(value);
        },
        reject: (error) => {
          off();
          reject(error);
        },
        before: undefined,
        behind: undefined,
      };
      this.#add(place);
    });
  }

  /** The caller has seen `length`. */
  shift(): Waiter<Item, Value> {
    const first = this.#first!;
    this.#remove(first);
    return first;
  }

  #add(place: Place<Item, Value>): void {
    place.before = this.#last;
    if (this.#last === undefined) this.#first = place;
    else this.#last.behind = place;
    this.#last = place;
    this.#length += 1;
  }

  #remove(place: Place<Item, Value>): void {
    const { before, behind } = place;
    if (before === undefined) this.#first = behind;
    else before.behind = behind;
    if (behind === undefined) this.#last = before;
    else behind.before = before;
    place.before = undefined;
    place.behind = undefined;
    this.#length -= 1;
  }
}
