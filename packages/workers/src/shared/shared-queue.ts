import { CloneError, ClosedError, PartyDiedError, TimeoutError } from '../errors.js';
import { QueueReader } from '../wire/queue-reader.js';
import { type Part, reviveBy, Shareable } from '../wire/shareable.js';
import { ByteRing } from './byte-ring.js';
import { itemBytes, itemOf } from './item-bytes.js';
import { type Life, life, lifeOf, threadIdOf } from './life.js';
import { MUTEX_WORDS, Mutex } from './mutex.js';
import { type BlockingOptions, block, type Steps, settle, type WaitOptions } from './parking.js';
import { Roll } from './roll.js';
import { type SharedQueueOptions, type SharedQueueTerms, sharedQueueTerms } from './shared-queue-options.js';

/** What a turn brought: what was moved or, when that was nothing, what the word was whose change is to be waited for. */
type Turn<R> = { readonly done: R } | { readonly seen: number };

/** What a get brings: an item, or the end. */
interface Got {
  readonly bytes: Uint8Array | undefined;
}

/** Threads that take part at one time. */
const PARTIES = 256;

// Words, after those of the mutex.
/** Counted up by each put and by the close; those that get wait for it to change. */
const PUTS = MUTEX_WORDS;
/** … by each get and by the close; those that put wait for it. */
const GETS = PUTS + 1;
const SIZE = GETS + 1;
const CLOSED = SIZE + 1;
const RING = CLOSED + 1;
const ROLL = RING + 2;
const WORDS = ROLL + PARTIES;

/**
 * A bounded queue between threads, with any number of producers and consumers. Items are copied: what is got equals what a structured clone of
 * what was put would be.
 *
 * A thread takes part from its first `put` or `get` on. When it dies, what the others wait for may never come: they are told by a
 * `PartyDiedError` where they wait or would have to, until `recover`. The main thread has no death, and one that its pool has closed has none.
 *
 * @example
 * ```ts
 * import { SharedQueue, spawnThread, task } from '@millrace/workers';
 *
 * const sum = task(import.meta, 'sum', (numbers: SharedQueue<number>) => {
 *   let total = 0;
 *   for (const n of numbers) total += n; // blocks this thread while the queue is empty, until it is closed
 *   return total;
 * });
 *
 * const numbers = new SharedQueue<number>({ capacity: 100 });
 * const thread = spawnThread('sum', sum, numbers);
 * for (let n = 1; n <= 1000; n++) await numbers.put(n);
 * numbers.close();
 * console.log(await thread.result); // 500500
 * ```
 */
export class SharedQueue<T = unknown> extends Shareable implements AsyncIterable<T>, Iterable<T> {
  readonly #terms: SharedQueueTerms;
  readonly #memory: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #life: Life;
  readonly #mutex: Mutex;
  readonly #ring: ByteRing;
  readonly #parties: Roll;
  /** Where this thread was on the list when it was last looked: it may have left through another object. */
  #place: number | undefined;

  /** @throws RangeError for an option that is wrong; TypeError for one that there is not */
  constructor(options: SharedQueueOptions);
  /** @internal Over the memory of one that came from another thread. */
  constructor(options: SharedQueueOptions, part: Part);
  constructor(options: SharedQueueOptions, part?: Part) {
    super('SharedQueue');
    this.#terms = sharedQueueTerms(options);
    const head = WORDS * Int32Array.BYTES_PER_ELEMENT;
    this.#memory = part?.memory ?? new SharedArrayBuffer(head + this.#terms.bytes);
    this.#cells = new Int32Array(this.#memory, 0, WORDS);
    this.#life = part === undefined ? life() : lifeOf(part.life);
    this.#mutex = new Mutex(this.#cells, 0, this.#life, { of: 'SharedQueue', remedy: 'its items are lost: make another one' });
    this.#ring = new ByteRing(this.#cells, RING, new Uint8Array(this.#memory, head, this.#terms.bytes));
    this.#parties = new Roll(this.#cells, ROLL, PARTIES, this.#life, 'died');
  }

  /** Items that it holds at most; its `bytes` may be full before. */
  get capacity(): number {
    return this.#terms.capacity;
  }

  /** Items in it at this moment. */
  get size(): number {
    return Atomics.load(this.#cells, SIZE);
  }

  /** Threads that take part: they have put or got, and have not left. None with `onDeath: 'continue'`, which keeps no list. */
  get parties(): number {
    return this.#parties.size;
  }

  /** Whether it takes no more items; it may still hold some. */
  get closed(): boolean {
    return Atomics.load(this.#cells, CLOSED) !== 0;
  }

  /**
   * Puts a copy of the item at the end, and waits for room. Anywhere.
   *
   * @throws ClosedError when it is closed; TimeoutError when it had no room for so long; PartyDiedError when a thread died that took part;
   *   HolderDiedError when a thread died while it moved an item: what the queue holds is lost; CloneError when the item cannot be copied into shared memory, as functions and shared primitives, or is larger than all of it
   */
  async put(item: T, options?: WaitOptions): Promise<void> {
    return settle(this.#putting(this.#packed(item)), options);
  }

  /**
   * As `put`, and blocks the thread. In workers only.
   *
   * @throws as `put`; BlockedMainError on the main thread
   */
  putSync(item: T, options?: BlockingOptions): void {
    block('SharedQueue.putSync', 'put', this.#putting(this.#packed(item)), options);
  }

  /**
   * The first item, when there is one. Anywhere.
   *
   * @throws ClosedError when it is closed and empty; TimeoutError when it was empty for so long; PartyDiedError, HolderDiedError as `put`
   */
  async get(options?: WaitOptions): Promise<T> {
    return itemOf(present(await settle(this.#getting(), options))) as T;
  }

  /**
   * As `get`, and blocks the thread. In workers only.
   *
   * @throws as `get`; BlockedMainError on the main thread
   */
  getSync(options?: BlockingOptions): T {
    return itemOf(present(this.#getSync(options))) as T;
  }

  /** No more items: who puts gets a `ClosedError`; who gets, what is there, and then a `ClosedError`. A second call has no effect. */
  close(): void {
    Atomics.store(this.#cells, CLOSED, 1);
    for (const word of [PUTS, GETS]) {
      Atomics.add(this.#cells, word, 1);
      Atomics.notify(this.#cells, word);
    }
  }

  /** This thread takes part no longer: its death is no matter of the others. A later `put` or `get` makes it a party again. */
  leave(): void {
    const place = this.#parties.mine;
    if (place !== undefined) this.#parties.leave(place);
  }

  /** Goes on without the threads that have died: waits no longer throw a `PartyDiedError` for them. Says how many there were. */
  recover(): number {
    return this.#parties.strikeLost();
  }

  /** Items until it is closed and empty; throws as `get`. Anywhere. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return new QueueReader(async (signal) => {
      const bytes = await settle(this.#getting(), { signal });
      return bytes && { value: itemOf(bytes) as T };
    });
  }

  /** Items until it is closed and empty; blocks the thread, and throws as `getSync`. In workers only. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let bytes = this.#getSync(); bytes !== undefined; bytes = this.#getSync()) yield itemOf(bytes) as T;
  }

  /** @internal */
  toPart(): Part {
    return { kind: 'SharedQueue', memory: this.#memory, life: this.#life.buffer, terms: this.#terms };
  }

  #packed(item: T): Uint8Array {
    const packed = itemBytes(item);
    const { bytes } = this.#terms;
    if (packed.length + ByteRing.prefix <= bytes) return packed;
    throw new CloneError(
      `the item takes ${packed.length} bytes, the whole SharedQueue has ${bytes}: make it with more bytes`,
      'item',
    );
  }

  #getSync(options?: BlockingOptions): Uint8Array | undefined {
    return block('SharedQueue.getSync', 'get', this.#getting(), options);
  }

  *#putting(item: Uint8Array): Steps<void> {
    this.#join();
    for (;;) {
      const turn: Turn<true> = yield* this.#locked('put', GETS, this.#isFull, () => this.#push(item));
      if ('done' in turn) return;
      this.#assertAlive();
      if (yield { cells: this.#cells, index: GETS, seen: turn.seen }) throw this.#timeout('put');
    }
  }

  /** Undefined at its end. */
  *#getting(): Steps<Uint8Array | undefined> {
    this.#join();
    let parked = false;
    try {
      for (;;) {
        const turn: Turn<Got> = yield* this.#locked('get', PUTS, this.#isEmpty, () => this.#shift());
        if ('done' in turn) return turn.done.bytes;
        this.#assertAlive();
        parked = true;
        if (yield { cells: this.#cells, index: PUTS, seen: turn.seen }) throw this.#timeout('get');
      }
    } catch (error) {
      // It may have been woken for an item, and have given up before it had its turn: another one is. Those that put are woken all.
      if (parked) Atomics.notify(this.#cells, PUTS, 1);
      throw error;
    }
  }

  readonly #isFull = (): boolean => this.size >= this.capacity;
  readonly #isEmpty = (): boolean => this.size === 0;

  /**
   * Moves an item when it can be moved, with the lock held. A look that finds nothing to move takes no lock, so that a thread that dies while
   * it waits takes nothing along.
   */
  *#locked<R>(move: 'put' | 'get', word: number, isVain: () => boolean, body: () => R | undefined): Steps<Turn<R>> {
    const before = Atomics.load(this.#cells, word);
    if (!this.closed && isVain()) {
      this.#mutex.assertAlive();
      return { seen: before };
    }
    if (!(yield* this.#mutex.acquire())) throw this.#timeout(move);
    try {
      // Before it looks whether the queue is closed, which needs no lock.
      const seen = Atomics.load(this.#cells, word);
      const done = body();
      return done === undefined ? { seen } : { done };
    } finally {
      this.#mutex.release();
    }
  }

  /** True when it has been put. */
  #push(item: Uint8Array): true | undefined {
    if (this.closed) throw new ClosedError('the SharedQueue is closed: nothing can be put');
    if (this.size >= this.capacity || !this.#ring.fits(item.length)) return undefined;
    this.#ring.push(item);
    this.#count(SIZE, 1);
    this.#count(PUTS, 1);
    Atomics.notify(this.#cells, PUTS, 1);
    return true;
  }

  #shift(): Got | undefined {
    if (this.size === 0) return this.closed ? { bytes: undefined } : undefined;
    const bytes: Uint8Array = this.#ring.shift();
    this.#count(SIZE, -1);
    this.#count(GETS, 1);
    // All: the room may be enough for one of them and too little for another.
    Atomics.notify(this.#cells, GETS);
    return { bytes };
  }

  #count(word: number, by: number): void {
    Atomics.add(this.#cells, word, by);
  }

  #join(): void {
    if (this.#terms.onDeath === 'continue') return;
    if (this.#place !== undefined && this.#parties.isMine(this.#place)) return;
    this.#place = this.#parties.mine ?? this.#parties.enter();
    if (this.#place === undefined)
      throw new RangeError(`a SharedQueue has at most ${PARTIES} threads that take part: let some leave()`);
  }

  #assertAlive(): void {
    const lost = this.#parties.lost;
    if (lost === undefined) return;
    const thread = threadIdOf(lost);
    throw new PartyDiedError(
      `thread ${thread} died, which took part in the SharedQueue; recover() goes on without it, onDeath 'continue' does always`,
      'SharedQueue',
      thread,
    );
  }

  #timeout(move: 'put' | 'get'): TimeoutError {
    const why = move === 'put' ? 'had no room' : 'was empty';
    return new TimeoutError(
      `the SharedQueue ${why} for as long as the ${move} may take; it has ${this.size} of ${this.capacity} items`,
    );
  }
}

function present(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new ClosedError('the SharedQueue is closed and empty');
  return bytes;
}

reviveBy('SharedQueue', (part) => new SharedQueue(part.terms as SharedQueueTerms, part));
