import { ClosedError } from '@millrace/workers';
import { PlanError } from '../errors.js';
import { checkedOverflow, type Overflow } from './overflow.js';
import { Queue, type QueueGauge } from './queue.js';
import { END, type NONE } from './sentinels.js';

/** Options of `boundedQueue(capacity, options)`. */
export interface QueueOptions {
  /** What becomes of an item that finds no room. Default: `wait`. */
  readonly overflow?: Overflow | undefined;
}

/** How one call may be given up. */
export interface WaitOptions {
  /** When it aborts, the call is taken out of the line and rejects with its reason; those behind it keep their order. */
  readonly signal?: AbortSignal | undefined;
}

/** The half that producers hold. Its functions may be taken out and passed on. */
export interface Sender<in T> extends QueueGauge {
  /**
   * Puts an item in, waiting while the queue is full; waiting senders are served first come, first served. Only `overflow: 'wait'` waits:
   * the policies that drop resolve at once, and `fail` rejects with the `OverflowError` that it ends the queue with.
   *
   * @throws ClosedError when this sender or the queue was closed, failed or cancelled, as a rejection; its `cause` is the reason
   * @throws TypeError for `END` and `NONE`, which are never items
   */
  readonly send: (item: T, options?: WaitOptions) => Promise<void>;
  /**
   * Puts an item in if that is possible at once, and tells. Never overtakes a waiting sender. A queue that drops says `sent` of each item,
   * also of one that it drops, since its sender need not care: `dropped` counts. Under `fail` an item that finds no room ends the queue,
   * and it says `closed`.
   *
   * @throws TypeError for `END` and `NONE`, which are never items
   */
  readonly trySend: (item: T) => 'sent' | 'full' | 'closed';
  /**
   * One more producer, with a `close` of its own.
   *
   * @throws ClosedError when this one is closed
   */
  readonly fork: () => Sender<T>;
  /** This producer is done. When all are, consumers see END after what is queued or waiting. A second close is ignored. */
  readonly close: () => void;
  /** Ends the queue with an error that overtakes what is queued: every receive rejects with it. */
  readonly fail: (error: unknown) => void;
  /** The same as `cancel` of a receiver. Default reason: a `ClosedError`. */
  readonly cancel: (reason?: unknown) => void;
}

/** The half that consumers hold; each item goes to one of them. */
export interface Receiver<out T> extends QueueGauge, AsyncIterable<T> {
  /**
   * The next item, waiting while there is none; END when all producers are done, for every consumer. Rejects with the error of `fail` or
   * `cancel`. One whose signal has aborted takes no item: the next consumer gets it.
   */
  readonly receive: (options?: WaitOptions) => Promise<T | typeof END>;
  /**
   * The next item if there is one, NONE if not yet, END at the end.
   *
   * @throws what the queue was failed or cancelled with
   */
  readonly tryReceive: () => T | typeof NONE | typeof END;
  /** One more consumer that competes for the items. */
  readonly fork: () => Receiver<T>;
  /**
   * Ends the queue from the far side and drops what is queued: all waiting and later receives reject with the reason, sends with a
   * `ClosedError` whose cause it is. Default reason: a `ClosedError`.
   */
  readonly cancel: (reason?: unknown) => void;
}

/**
 * A bounded queue for any number of producers and consumers of one thread: its two halves. A producer that finds no room waits, unless
 * `overflow` says otherwise.
 *
 * @example
 * ```ts
 * import { boundedQueue } from '@millrace/core';
 *
 * const { sender, receiver } = boundedQueue<number>(2);
 * const produce = async (): Promise<void> => {
 *   for (let n = 0; n < 5; n += 1) await sender.send(n); // waits while two items wait
 *   sender.close();
 * };
 * const producing = produce();
 * for await (const n of receiver) console.log(n); // 0 1 2 3 4
 * await producing;
 * ```
 *
 * @param capacity items that may wait, ≥ 0; with 0 every send waits for its receive (a rendezvous)
 * @throws PlanError for an unknown option or policy
 * @throws RangeError when the capacity is not a whole number ≥ 0
 */
export function boundedQueue<T>(
  capacity: number,
  options?: QueueOptions,
): {
  /** For producers; `fork` makes more. */
  sender: Sender<T>;
  /** For consumers; `fork` makes more. */
  receiver: Receiver<T>;
} {
  const overflow = checkedQueueOptions(options);
  if (!Number.isSafeInteger(capacity) || capacity < 0) {
    throw new RangeError(`boundedQueue: capacity ${String(capacity)} is not a whole number of items, 0 or more`);
  }
  const queue = new Queue<T>(capacity, overflow);
  return { sender: senderOf(queue), receiver: receiverOf(queue) };
}

function checkedQueueOptions(options: unknown): Overflow {
  if (options === undefined) return 'wait';
  if (typeof options !== 'object' || options === null) {
    throw new PlanError(
      `boundedQueue: options must be an object { overflow }, got ${options === null ? 'null' : typeof options}`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (name !== 'overflow' && value !== undefined) {
      throw new PlanError(`boundedQueue: unknown option ${JSON.stringify(name)}; allowed here: overflow`);
    }
  }
  const { overflow }: { overflow?: unknown } = options;
  return overflow === undefined ? 'wait' : checkedOverflow('boundedQueue', overflow);
}

function senderOf<T>(queue: Queue<T>): Sender<T> {
  const producer = {};
  queue.join(producer);
  let closed = false;
  return withGauge(queue, {
    send: (item: T, options?: WaitOptions) => queue.send(producer, item, options?.signal),
    trySend: (item: T) => queue.put(producer, item),
    fork: () => {
      if (closed) throw new ClosedError('this sender is closed: it cannot be forked');
      return senderOf(queue);
    },
    close: () => {
      closed = true;
      queue.leave(producer);
    },
    fail: (error: unknown) => queue.fail(error),
    cancel: (reason?: unknown) => queue.cancel(cancelReason(reason)),
  });
}

function receiverOf<T>(queue: Queue<T>): Receiver<T> {
  return withGauge(queue, {
    receive: (options?: WaitOptions) => queue.receive(options?.signal),
    tryReceive: () => queue.get(),
    fork: () => receiverOf(queue),
    cancel: (reason?: unknown) => queue.cancel(cancelReason(reason)),
    async *[Symbol.asyncIterator]() {
      for (let item = await queue.receive(undefined); item !== END; item = await queue.receive(undefined)) yield item;
    },
  });
}

function cancelReason(reason: unknown): unknown {
  return reason === undefined ? new ClosedError('the queue was cancelled') : reason;
}

function withGauge<H extends object>(queue: QueueGauge, half: H): H & QueueGauge {
  return Object.defineProperties(half, {
    capacity: { value: queue.capacity, enumerable: true },
    length: { get: () => queue.length, enumerable: true },
    peak: { get: () => queue.peak, enumerable: true },
    dropped: { get: () => queue.dropped, enumerable: true },
  }) as H & QueueGauge;
}
