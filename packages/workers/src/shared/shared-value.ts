import { type Part, type Shareable as Primitive, reviveBy, Shareable } from '../wire/shareable.js';
import { life } from './life.js';
import {
  type ArrayOf,
  addTo,
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

/** Options of a `SharedValue` and a `SharedArray`. */
export interface SharedOptions {
  /** Whether it has a lock of its own, which `run` and `update` need. Default true. */
  readonly lock?: boolean | undefined;
}

/**
 * One number in shared memory. Reading and writing `value` needs no lock; what reads and then writes does: `update`, or `add` for whole
 * numbers. What takes no lock (`value =`, `add`) is not kept out by one that does.
 *
 * @example
 * ```ts
 * import { SharedValue, task, threadPool } from '@millrace/workers';
 *
 * const visit = task(import.meta, 'visit', (visits: SharedValue<'int32'>) => visits.add(1));
 *
 * const visits = new SharedValue('int32');
 * await threadPool({ workers: 2 }).use(async (pool) => {
 *   await Promise.all(Array.from({ length: 10 }, () => pool.submit(visit, visits)));
 * });
 * console.log(visits.value); // 10
 * ```
 */
export class SharedValue<T extends NumberType = NumberType> extends Shareable {
  /** What the number is: `int32`, say. */
  readonly type: T;
  readonly #memory: SharedArrayBuffer;
  readonly #view: ArrayOf<T>;
  readonly #lock: RLock | undefined;

  /**
   * @param type what the number is
   * @param initial a number, a bigint for `bigint64` and `biguint64`. Default 0
   * @throws TypeError for a type that there is not
   */
  constructor(type: T, initial?: ElementOf<T>, options?: SharedOptions);
  /** @internal Over the memory of one that came from another thread, with the lock that came beside it. */
  constructor(type: T, initial: ElementOf<T> | undefined, options: SharedOptions, part: Part, known: RLock | undefined);
  constructor(type: T, initial?: ElementOf<T>, { lock = true }: SharedOptions = {}, part?: Part, known?: RLock) {
    super('SharedValue');
    assertType(type, 'new SharedValue(type)');
    this.type = type;
    this.#memory = part?.memory ?? new SharedArrayBuffer(bytesEach(type));
    this.#view = viewOf(type, this.#memory);
    if (part === undefined && initial !== undefined) this.value = initial;
    this.#lock = part === undefined && lock ? new RLock() : known;
  }

  /** @internal */
  override get inner(): readonly Primitive[] {
    return this.#lock === undefined ? [] : [this.#lock];
  }

  /** The number, read without the lock, atomically where it is a whole number. */
  get value(): ElementOf<T> {
    return load(this.#elements, 0) as ElementOf<T>;
  }

  /** Writes it without the lock, as atomically. A whole number beyond the range of the type is cut to its bits, as in a typed array. */
  set value(value: ElementOf<T>) {
    store(this.#elements, 0, value);
  }

  /**
   * Its own lock, which `update` takes: to hold it over several calls.
   *
   * @throws TypeError when it was made without one
   */
  get lock(): RLock {
    if (this.#lock === undefined) throw new TypeError('this SharedValue has no lock: it was made with { lock: false }');
    return this.#lock;
  }

  /**
   * Adds `n` in one step that nothing can come between, without the lock.
   *
   * @returns the value before
   * @throws TypeError for `float32` and `float64`
   */
  add(n: ElementOf<T>): ElementOf<T> {
    return addTo(this.#elements, 0, n) as ElementOf<T>;
  }

  /**
   * Puts what `change` makes of the value in its place, with the lock held.
   *
   * @returns the new value
   * @throws TimeoutError when the lock could not be had in time; HolderDiedError when a thread ended that held it; TypeError without a lock
   */
  async update(change: (value: ElementOf<T>) => ElementOf<T>, options?: WaitOptions): Promise<ElementOf<T>> {
    return this.lock.run(() => this.#change(change), options);
  }

  /**
   * As `update`, and blocks the thread. In workers only.
   *
   * @throws as `update`; BlockedMainError on the main thread
   */
  updateSync(change: (value: ElementOf<T>) => ElementOf<T>, options?: BlockingOptions): ElementOf<T> {
    return this.lock.runSync(() => this.#change(change), options);
  }

  /** @internal */
  toPart(): Part {
    return { kind: 'SharedValue', memory: this.#memory, life: life().buffer, terms: this.type };
  }

  #change(change: (value: ElementOf<T>) => ElementOf<T>): ElementOf<T> {
    this.value = change(this.value);
    return this.value;
  }

  get #elements(): Elements {
    return this.#view as unknown as Elements;
  }
}

reviveBy(
  'SharedValue',
  (part, [lock]) => new SharedValue(part.terms as NumberType, undefined, {}, part, lock as RLock | undefined),
);
