import type { Subscriber } from 'rxjs';
import { type Observable, rx } from '../../rxjs.js';

/**
 * A cold Observable over iterators: each subscription opens one and asks for the next item when `next` has returned. Unsubscribing calls
 * the iterator's `return()`; should that reject, nobody listens any more, and RxJS's `config.onStoppedNotification` is told.
 */
export function observe<T>(open: () => AsyncIterableIterator<T>): Observable<T> {
  const { Observable: Made } = rx();
  return new Made<T>((subscriber) => {
    const iterator = open();
    let ended = false;
    const end = (): void => {
      ended = true;
    };
    void pump(iterator, subscriber, end);
    return () => {
      if (ended || iterator.return === undefined) return;
      iterator.return().catch((error: unknown) => subscriber.error(error));
    };
  });
}

/** Never rejects: what the iterator throws goes to the subscriber. `end` is called before the subscriber is told, which unsubscribes it. */
async function pump<T>(iterator: AsyncIterator<T>, subscriber: Subscriber<T>, end: () => void): Promise<void> {
  try {
    while (!subscriber.closed) {
      const step = await iterator.next();
      if (subscriber.closed) return;
      if (step.done === true) {
        end();
        subscriber.complete();
        return;
      }
      subscriber.next(step.value);
    }
  } catch (error) {
    end();
    subscriber.error(error);
  }
}
