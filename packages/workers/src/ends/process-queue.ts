import { ClosedError } from '../errors.js';
import { QueueReader } from '../wire/queue-reader.js';
import { asked, checkCapacity, type SignalOptions, signalOf } from './asking.js';
import { type Lending, lending } from './lending.js';
import { HomeStore, type Store } from './store.js';

/**
 * A bounded queue for any number of producers and consumers: in this thread, in threads and in processes. It can be given to as many workers
 * as one likes, as an argument of `spawnThread` or `spawnProcess`, and used here beside.
 *
 * Each item is got by one consumer, once. Those that wait get theirs in the order in which they came to wait. What was on its way to a worker
 * that died goes back to the head of the queue. What its task had got is gone with it, and the death of the worker is how one hears of it;
 * where consumers call `taskDone()`, `join()` tells how many such items there were.
 */
export interface ProcessQueue<in out T> extends AsyncIterable<T> {
  /**
   * Copies an item and puts it in. Resolves when the queue has room for it: await it, or the items that wait have no bound. What a worker has
   * put stays, though it has ended meanwhile.
   *
   * @throws CloneError for what cannot be copied; ClosedError when the queue is closed
   */
  readonly put: (item: T) => Promise<void>;
  /**
   * The next item; waits for it.
   *
   * @throws ClosedError when the queue is closed and empty; the reason of the signal; in a process a CloneError, when a thread has put what
   *   only threads can take
   */
  readonly get: (options?: SignalOptions) => Promise<T>;
  /** No more items, from anybody; what is in it, or waits for room, can still be got, then iterations end. A second call has no effect. */
  readonly close: () => void;
  /**
   * An item that was got here is finished, for those who `join`.
   *
   * @throws RangeError for more than were got here
   */
  readonly taskDone: () => void;
  /**
   * Resolves when each item that was put has been finished, by `taskDone()`.
   *
   * @throws WorkerDeathError, or ClosedError, when a worker has ended with items that it had got and not finished: it says how many. One call is
   *   told of it, or those that wait; not the next. The reason of the signal
   */
  readonly join: (options?: SignalOptions) => Promise<void>;
  /** Items in the queue at this moment; those that wait for room are not counted. */
  readonly size: () => Promise<number>;
}

/** Options of a queue between workers. */
export interface ProcessQueueOptions {
  /** Items in the queue before `put` waits. At least 1. Default 1024. */
  readonly capacity?: number | undefined;
}

/**
 * A queue between this thread and the workers that it is given to, as `multiprocessing.JoinableQueue`. Processes share no memory: it lies in
 * the thread that has made it, and ends with it; each item costs a message there and back.
 *
 * @throws TypeError or RangeError for a wrong option
 *
 * @example
 * ```ts
 * import { type ProcessQueue, processQueue, spawnProcess, task } from '@millrace/workers';
 *
 * const sum = task(import.meta, 'sum', async (numbers: ProcessQueue<number>) => {
 *   let total = 0;
 *   for await (const n of numbers) {
 *     total += n;
 *     numbers.taskDone();
 *   }
 *   return total;
 * });
 *
 * const numbers = processQueue<number>({ capacity: 100 });
 * const crew = [spawnProcess('a', sum, numbers), spawnProcess('b', sum, numbers)];
 * for (let n = 1; n <= 1000; n++) await numbers.put(n);
 * await numbers.join();
 * numbers.close();
 * const totals = await Promise.all(crew.map((worker) => worker.result));
 * console.log(totals.reduce((a, b) => a + b)); // 500500
 * ```
 */
export function processQueue<T>(options: ProcessQueueOptions = {}): ProcessQueue<T> {
  return new QueueEnd<T>(new HomeStore(checkCapacity('processQueue', options.capacity)));
}

export class QueueEnd<in out T> implements ProcessQueue<T> {
  readonly #store: Store;
  /** Items that were got here and are not finished. */
  #unfinished = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  readonly put = async (item: T): Promise<void> => {
    const answer = await asked(this.#store, { kind: 'put', value: this.#store.copy(item) });
    if (answer.kind === 'ended') throw new ClosedError('the queue is closed: it takes no more items');
  };

  readonly get = async (options?: SignalOptions): Promise<T> => {
    const next = await this.#next(signalOf(options));
    if (next === undefined) throw new ClosedError('the queue is closed, and nothing is left in it');
    return next.value;
  };

  readonly close = (): void => this.#store.close();

  readonly taskDone = (): void => {
    if (this.#unfinished === 0) throw new RangeError('taskDone() was called more often than items were got from the queue here');
    this.#unfinished -= 1;
    this.#store.done();
  };

  readonly join = async (options?: SignalOptions): Promise<void> => {
    await asked(this.#store, { kind: 'join' }, signalOf(options));
  };

  readonly size = async (): Promise<number> => {
    const answer = await asked(this.#store, { kind: 'count' });
    return answer.kind === 'count' ? answer.count : 0;
  };

  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return new QueueReader((signal) => this.#next(signal));
  }

  get [lending](): Lending {
    return {
      kind: 'queue',
      check: () => {},
      give: () => ({ stores: [this.#store], end: () => {} }),
    };
  }

  async #next(signal?: AbortSignal): Promise<{ readonly value: T } | undefined> {
    const answer = await asked(this.#store, { kind: 'take' }, signal);
    if (answer.kind !== 'item') return undefined;
    this.#unfinished += 1;
    // What is put anywhere is of its type.
    return { value: answer.value as T };
  }
}
