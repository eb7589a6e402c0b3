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

export interface SharedOptions {
  /** With a lock of its own. Default true. */
  readonly lock?: boolean | undefined;
}

/**
 * One number in shared memory. Reading and writing `value` needs no lock; what reads and then writes does: `update`, or `add` for whole
 * numbers. What takes no lock (`value =`, `add`) is not kept out by one that does.
 */
export class SharedValue<T extends NumberType = NumberType> extends Shareable {
  readonly type: T;
  readonly #memory: SharedArrayBuffer;
  readonly #view: ArrayOf<T>;
  readonly #lock: RLock | undefined;

  /** `initial`: default 0. `part` is of the wire. */
  constructor(type: T, initial?: ElementOf<T>, { lock = true }: SharedOptions = {}, part?: Part, known?: RLock) {
    super('SharedValue');
    assertType(type, 'new SharedValue(type)');
    this.type = type;
    this.#memory = part?.memory ?? new SharedArrayBuffer(bytesEach(type));
    this.#view = viewOf(type, this.#memory);
    if (part === undefined && initial !== undefined) this.value = initial;
    this.#lock = part === undefined && lock ? new RLock() : known;
  }

  override get inner(): readonly Primitive[] {
    return this.#lock === undefined ? [] : [this.#lock];
  }

  get value(): ElementOf<T> {
    return load(this.#elements, 0) as ElementOf<T>;
  }

  set value(value: ElementOf<T>) {
    store(this.#elements, 0, value);
  }

  /** @throws TypeError when it was made without one */
  get lock(): RLock {
    if (this.#lock === undefined) throw new TypeError('this SharedValue has no lock: it was made with { lock: false }');
    return this.#lock;
  }

  /** Adds `n` in one step that nothing can come between; gives the value before. Without the lock. @throws TypeError for floats */
  add(n: ElementOf<T>): ElementOf<T> {
    return addTo(this.#elements, 0, n) as ElementOf<T>;
  }

  /** Puts what `change` makes of the value in its place, with the lock held; gives the new one. @throws as `Lock.run` */
  async update(change: (value: ElementOf<T>) => ElementOf<T>, options?: WaitOptions): Promise<ElementOf<T>> {
    return this.lock.run(() => this.#change(change), options);
  }

  /** As `update`, and blocks the thread. In workers only. */
  updateSync(change: (value: ElementOf<T>) => ElementOf<T>, options?: BlockingOptions): ElementOf<T> {
    return this.lock.runSync(() => this.#change(change), options);
  }

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
