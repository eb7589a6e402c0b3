import { ClosedError } from '@millrace/workers';
import { type Overflow, overflowed } from './overflow.js';
import { RingBuffer } from './ring-buffer.js';
import { END, NONE } from './sentinels.js';
import { WaitList } from './wait-list.js';

/** A queue's size and how full it was, in items. */
export interface QueueGauge {
  /** Items that may wait, as it was made for. */
  readonly capacity: number;
  /** Items that wait now. */
  readonly length: number;
  /** Most items that ever waited. */
  readonly peak: number;
  /** Items that its overflow policy has dropped. */
  readonly dropped: number;
}

type Ending = { readonly kind: 'open' } | { readonly kind: 'closed' } | { readonly kind: 'failed'; readonly error: unknown };

const sent = Promise.resolve();

/**
 * What the two halves of a bounded queue have in common. Invariants: a receiver waits only while nothing is queued and no sender waits; a
 * sender waits only while the ring is full.
 */
export class Queue<T> implements QueueGauge {
  readonly capacity: number;
  peak = 0;
  dropped = 0;
  readonly #overflow: Overflow;
  readonly #ring = new RingBuffer<T>();
  readonly #senders = new WaitList<T, void>();
  readonly #receivers = new WaitList<undefined, T | typeof END>();
  /** Producers that are not done, by identity: a second close of one cannot stand for another. */
  readonly #producers = new Set<object>();
  #ending: Ending = { kind: 'open' };

  constructor(capacity: number, overflow: Overflow) {
    this.capacity = capacity;
    this.#overflow = overflow;
  }

  get length(): number {
    return this.#ring.length;
  }

  join(producer: object): void {
    this.#producers.add(producer);
  }

  /** A producer is done. */
  leave(producer: object): void {
    if (!this.#producers.delete(producer) || this.#producers.size > 0 || this.#ending.kind !== 'open') return;
    this.#ending = { kind: 'closed' };
    while (this.#receivers.length > 0) this.#receivers.shift().resolve(END);
  }

  put(producer: object, item: T): 'sent' | 'full' | 'closed' {
    if (item === (END as unknown) || item === (NONE as unknown)) {
      throw new TypeError('END and NONE are never items: call close() to end the queue');
    }
    if (this.#ending.kind !== 'open' || !this.#producers.has(producer)) return 'closed';
    if (this.#receivers.length > 0) {
      this.#receivers.shift().resolve(item);
      return 'sent';
    }
    if (this.#ring.length >= this.capacity) return this.#overflowed(item);
    this.#ring.push(item, 0);
    if (this.#ring.length > this.peak) this.peak = this.#ring.length;
    return 'sent';
  }

  send(producer: object, item: T, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const wasOpen = this.#ending.kind === 'open';
    const result = this.put(producer, item);
    if (result === 'sent') return sent;
    if (result === 'full') return this.#senders.wait(item, signal);
    // The item that has ended the queue is told why; those after it, that it has ended.
    if (wasOpen && this.#ending.kind === 'failed') return Promise.reject(this.#ending.error);
    return Promise.reject(this.#closedError());
  }

  get(): T | typeof NONE | typeof END {
    if (this.#ending.kind === 'failed') throw this.#ending.error;
    if (this.#ring.length > 0) {
      const item = this.#ring.shift();
      if (this.#senders.length > 0) this.#ring.push(this.#admitSender(), 0);
      return item;
    }
    if (this.#senders.length > 0) return this.#admitSender();
    return this.#ending.kind === 'closed' ? END : NONE;
  }

  receive(signal: AbortSignal | undefined): Promise<T | typeof END> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    try {
      const item = this.get();
      if (item !== NONE) return Promise.resolve(item);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#receivers.wait(undefined, signal);
  }

  /** First terminal wins: after a close, fail or cancel this changes nothing. */
  fail(error: unknown): void {
    if (this.#ending.kind === 'open') this.#break(error);
  }

  /** The consumers' word: it also ends a closed queue that still holds items, which else nobody would release. */
  cancel(error: unknown): void {
    const delivered = this.#ending.kind === 'closed' && this.#ring.length + this.#senders.length === 0;
    if (this.#ending.kind !== 'failed' && !delivered) this.#break(error);
  }

  #break(error: unknown): void {
    this.#ending = { kind: 'failed', error };
    this.#ring.clear();
    while (this.#receivers.length > 0) this.#receivers.shift().reject(error);
    while (this.#senders.length > 0) this.#senders.shift().reject(this.#closedError());
  }

  #admitSender(): T {
    const { item, resolve } = this.#senders.shift();
    resolve();
    return item;
  }

  #overflowed(item: T): 'sent' | 'full' | 'closed' {
    const fate = overflowed(this.#overflow, this.#ring, item, this.capacity);
    if (fate === 'full') return 'full';
    if (fate === 'dropped') {
      this.dropped += 1;
      return 'sent';
    }
    this.#break(fate);
    return 'closed';
  }

  #closedError(): ClosedError {
    return this.#ending.kind === 'failed'
      ? new ClosedError('the queue has ended: nothing can be sent', { cause: this.#ending.error })
      : new ClosedError('this sender is closed: nothing can be sent');
  }
}
