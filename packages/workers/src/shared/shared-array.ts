import { type Part, type Shareable as Primitive, reviveBy, Shareable } from '../wire/shareable.js';
import { literalOf } from '../wire/told.js';
import { life } from './life.js';
import {
  type ArrayOf,
  assertType,
  bytesEach,
  type ElementOf,
  type Elements,
  load,
  type NumberType,
  store,
  viewOf,
} from './number-type.js';
import type { BlockingOptions, WaitOptions } from './parking.js';
import { RLock } from './rlock.js';
import type { SharedOptions } from './shared-value.js';

/**
 * Numbers in shared memory, of a fixed length. `array` is the typed array itself; what reads and then writes needs the lock.
 *
 * @example
 * ```ts
 * import { SharedArray, task, threadPool } from '@millrace/workers';
 *
 * const count = task(import.meta, 'count', (lengths: SharedArray<'int32'>) =>
 *   lengths.runSync((array) => {
 *     array[3] = (array[3] ?? 0) + 1;
 *   }),
 * );
 *
 * const lengths = new SharedArray('int32', 8);
 * await threadPool({ workers: 2 }).use(async (pool) => {
 *   await Promise.all([pool.submit(count, lengths), pool.submit(count, lengths)]);
 * });
 * console.log(lengths.get(3)); // 2
 * ```
 */
export class SharedArray<T extends NumberType = NumberType> extends Shareable {
  /** What each of its elements is: `int32`, say. */
  readonly type: T;
  readonly #memory: SharedArrayBuffer;
  readonly #view: ArrayOf<T>;
  readonly #lock: RLock | undefined;

  /**
   * @param type what an element is
   * @param content a length, for zeros, or the values to begin with: numbers, bigints for `bigint64` and `biguint64`
   * @throws TypeError for a type that there is not, and for what is no content; RangeError for a length that is none
   */
  constructor(type: T, content: number | Iterable<ElementOf<T>>, options?: SharedOptions);
  /** @internal Over the memory of one that came from another thread, with the lock that came beside it. */
  constructor(type: T, content: number | Iterable<ElementOf<T>>, options: SharedOptions, part: Part, known: RLock | undefined);
  constructor(
    type: T,
    content: number | Iterable<ElementOf<T>>,
    { lock = true }: SharedOptions = {},
    part?: Part,
    known?: RLock,
  ) {
    super('SharedArray');
    assertType(type, 'new SharedArray(type, content)');
    this.type = type;
    if (typeof content !== 'number' && !isIterable(content)) {
      const remedy = 'content must be a length, or the values to begin with';
      throw new TypeError(`new SharedArray(type, content): ${remedy}, got ${literalOf(content)}`);
    }
    const values = typeof content === 'number' ? [] : [...content];
    const length = typeof content === 'number' ? content : values.length;
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new RangeError(`new SharedArray(type, length): length must be an integer, 0 or more, got ${literalOf(length)}`);
    }
    this.#memory = part?.memory ?? new SharedArrayBuffer(length * bytesEach(type));
    this.#view = viewOf(type, this.#memory);
    for (const [index, value] of values.entries()) this.#elements[index] = value;
    this.#lock = part === undefined && lock ? new RLock() : known;
  }

  /** @internal */
  override get inner(): readonly Primitive[] {
    return this.#lock === undefined ? [] : [this.#lock];
  }

  /** The typed array, over the shared memory. Its reads and writes are not atomic: `get` and `set` are. */
  get array(): ArrayOf<T> {
    return this.#view;
  }

  /** Elements; it never changes. */
  get length(): number {
    return this.#elements.length;
  }

  /**
   * Reads an element, atomically where it is a whole number.
   *
   * @param index from 0
   * @throws RangeError for an index that it does not have
   */
  get(index: number): ElementOf<T> {
    return load(this.#elements, this.#at(index)) as ElementOf<T>;
  }

  /**
   * Writes an element, atomically where it is a whole number. One beyond the range of the type is cut to its bits, as in a typed array.
   *
   * @param index from 0
   * @throws RangeError for an index that it does not have
   */
  set(index: number, value: ElementOf<T>): void {
    store(this.#elements, this.#at(index), value);
  }

  /**
   * Its own lock, which `run` takes: to hold it over several calls.
   *
   * @throws TypeError when it was made without one
   */
  get lock(): RLock {
    if (this.#lock === undefined) throw new TypeError('this SharedArray has no lock: it was made with { lock: false }');
    return this.#lock;
  }

  /**
   * Holds the lock while `body` runs, and what that returns is awaited.
   *
   * @returns what `body` gives
   * @throws TimeoutError when the lock could not be had in time; HolderDiedError when a thread ended that held it; TypeError without a lock
   */
  async run<R>(body: (array: ArrayOf<T>) => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return this.lock.run(() => body(this.#view), options);
  }

  /**
   * As `run`, and blocks the thread. In workers only.
   *
   * @throws as `run`; BlockedMainError on the main thread
   */
  runSync<R>(body: (array: ArrayOf<T>) => R, options?: BlockingOptions): R {
    return this.lock.runSync(() => body(this.#view), options);
  }

  /** @internal */
  toPart(): Part {
    return { kind: 'SharedArray', memory: this.#memory, life: life().buffer, terms: this.type };
  }

  #at(index: number): number {
    if (Number.isInteger(index) && index >= 0 && index < this.length) return index;
    throw new RangeError(`a SharedArray of length ${this.length} has no index ${index}`);
  }

  get #elements(): Elements {
    return this.#view as unknown as Elements;
  }
}

/** A text is iterable, and none of numbers. */
function isIterable(content: unknown): boolean {
  return typeof content === 'object' && content !== null && Symbol.iterator in content;
}

reviveBy('SharedArray', (part, [lock]) => new SharedArray(part.terms as NumberType, 0, {}, part, lock as RLock | undefined));
