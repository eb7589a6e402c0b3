import { types } from 'node:util';
import { type Part, revivePart, Shareable } from './shareable.js';

/** A primitive in a message; `inner` are places in the list of parts. */
interface SentPart extends Part {
  readonly inner: readonly number[];
}

/**
 * A message that holds shared primitives, as `share` makes it and `receive` takes it. What else is in it is not to be relied on, and not to be
 * changed on its way.
 */
export interface Shared {
  /** Tells it from other messages. */
  readonly kind: 'shared';
  /** @internal The parts themselves stand for the primitives: a clone keeps which object is which. */
  readonly value: unknown;
  /** @internal Those that others are made of come before them. */
  readonly parts: readonly SentPart[];
}

/**
 * The value with parts in the place of its primitives; undefined when it holds none. Copies the arrays, maps, sets and objects around them;
 * everything else stays the same object. Throws what a getter throws.
 *
 * Not looked into: errors, which cross as what they say, and what only the platform can clone.
 */
function sharedOf(value: unknown): Shared | undefined {
  const parting = new Parting();
  const copy = parting.copy(value);
  return parting.parts.length === 0 ? undefined : { kind: 'shared', value: copy, parts: parting.parts };
}

/**
 * What a thread would get of a value: a structured clone, in which shared primitives are the same ones.
 *
 * @throws as `structuredClone` does
 *
 * @example
 * ```ts
 * import { cloneToThread, SharedValue } from '@millrace/workers';
 *
 * const counter = new SharedValue('int32', 1);
 * const copy = cloneToThread({ counter, tags: ['a'] });
 * counter.value = 2;
 * console.log(copy.counter.value); // 2
 * ```
 */
export function cloneToThread<T>(value: T): T {
  try {
    return structuredClone(value);
  } catch (error) {
    const shared = sharedBeyond(error, value);
    return revived(structuredClone(shared)) as T;
  }
}

/**
 * A value with shared primitives in it, as something that `postMessage` and `workerData` of your own threads take; `receive` makes the
 * value of it there. Pools need neither.
 *
 * @throws what a getter of the value throws
 *
 * @example
 * ```ts
 * import { isMainThread, Worker, workerData } from 'node:worker_threads';
 * import { receive, SharedQueue, share, watchThread } from '@millrace/workers';
 *
 * if (isMainThread) {
 *   const queue = new SharedQueue<string>({ capacity: 10 });
 *   const worker = new Worker(new URL(import.meta.url), { workerData: share({ queue }) });
 *   watchThread(worker); // from here on its death is told to those who wait
 *   console.log(await queue.get()); // hello
 * } else {
 *   const { queue } = receive<{ queue: SharedQueue<string> }>(workerData);
 *   queue.putSync('hello');
 * }
 * ```
 */
export function share(value: unknown): Shared {
  return sharedOf(value) ?? { kind: 'shared', value, parts: [] };
}

/**
 * The value that was given to `share`, in the thread that got it. Once for each message: it makes the value of the message itself.
 *
 * @param message what the thread got by `workerData`, or by a `message` event
 * @throws TypeError for a message of another kind, or of another version of this package
 */
export function receive<T = unknown>(message: unknown): T {
  const { kind, parts } = (message ?? {}) as Partial<Shared>;
  if (kind === 'shared' && Array.isArray(parts)) return revived(message as Shared) as T;
  throw new TypeError(`receive(message) takes what share(value) has made, got ${message === null ? 'null' : typeof message}`);
}

/** Posts a message to a thread; one with primitives as `Shared`. Throws as `postMessage` does. */
export function postShared(post: (message: unknown) => void, message: unknown): void {
  try {
    post(message);
  } catch (error) {
    post(sharedBeyond(error, message));
  }
}

/** The message as it was given to `postShared`. Those of other kinds name them, too. */
export function received<M extends { readonly kind: string }>(message: M | Shared): M {
  return message.kind === 'shared' ? (revived(message as Shared) as M) : (message as M);
}

/** Primitives again in the place of their parts. Changes the message, which is a clone. */
function revived({ value, parts }: Shared): unknown {
  const primitives = new Map<unknown, Shareable>();
  for (const part of parts) {
    primitives.set(
      part,
      revivePart(
        part,
        part.inner.map((at) => primitives.get(parts[at]) as Shareable),
      ),
    );
  }
  const root = { value };
  // Grows while it is walked: a message may be of any depth, and hold cycles.
  const met = new Set<object>([root]);
  for (const holder of met) {
    for (const member of replaceIn(holder, primitives)) if (typeof member === 'object' && member !== null) met.add(member);
  }
  return root.value;
}

/** A value that could not be cloned as it is. Throws the same again when primitives are not why, or another look at it fails. */
function sharedBeyond(error: unknown, value: unknown): Shared {
  let shared: Shared | undefined;
  try {
    shared = sharedOf(value);
  } catch {
    // A getter that throws, or too deep a value: what the clone said of it is told.
  }
  if (shared === undefined) throw error;
  return shared;
}

class Parting {
  readonly parts: SentPart[] = [];
  readonly #places = new Map<Shareable, number>();
  readonly #copies = new Map<object, object>();

  copy(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (types.isProxy(value)) return value;
    if (Shareable.is(value)) return this.parts[this.#placeOf(value)];
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    if (types.isMap(value)) return this.#copyMap(value);
    if (types.isSet(value)) return this.#copySet(value);
    return isLookedInto(value) ? this.#copyObject(value) : value;
  }

  #placeOf(primitive: Shareable): number {
    const known = this.#places.get(primitive);
    if (known !== undefined) return known;
    const inner = primitive.inner.map((other) => this.#placeOf(other));
    const place = this.parts.push({ ...primitive.toPart(), inner }) - 1;
    this.#places.set(primitive, place);
    return place;
  }

  #copyMap(map: ReadonlyMap<unknown, unknown>): object {
    const copy = new Map<unknown, unknown>();
    this.#copies.set(map, copy);
    for (const [key, member] of map) copy.set(this.copy(key), this.copy(member));
    return copy;
  }

  #copySet(set: ReadonlySet<unknown>): object {
    const copy = new Set<unknown>();
    this.#copies.set(set, copy);
    for (const member of set) copy.add(this.copy(member));
    return copy;
  }

  #copyObject(object: object): object {
    const copy: object = Array.isArray(object) ? new Array(object.length) : {};
    this.#copies.set(object, copy);
    for (const key of Object.keys(object)) {
      const value = this.copy((object as Record<string, unknown>)[key]);
      // Not by assignment, which would set the prototype for a key `__proto__`.
      Object.defineProperty(copy, key, { value, configurable: true, enumerable: true, writable: true });
    }
    return copy;
  }
}

/** Objects of a class are cloned by their members; those of the platform have none that can be listed. */
function isLookedInto(object: object): boolean {
  if (Array.isArray(object)) return true;
  const prototype = Object.getPrototypeOf(object);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return true;
  if (ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object) || types.isNativeError(object)) return false;
  return Object.prototype.toString.call(object) === '[object Object]' && Object.keys(object).length > 0;
}

/** Gives the members that are no primitives. */
function replaceIn(holder: object, primitives: ReadonlyMap<unknown, Shareable>): Iterable<unknown> {
  const of = (member: unknown): unknown => primitives.get(member) ?? member;
  if (types.isMap(holder)) {
    const entries = [...holder];
    if (!entries.some((entry) => entry.some((member) => primitives.has(member)))) return entries.flat(1);
    // All of them again: the order of a map is a part of it.
    holder.clear();
    for (const [key, member] of entries) holder.set(of(key), of(member));
    return entries.flat(1).filter((member) => !primitives.has(member));
  }
  if (types.isSet(holder)) {
    const members = [...holder];
    if (!members.some((member) => primitives.has(member))) return members;
    holder.clear();
    for (const member of members) holder.add(of(member));
    return members.filter((member) => !primitives.has(member));
  }
  if (!isLookedInto(holder)) return [];
  const record = holder as Record<string, unknown>;
  const members: unknown[] = [];
  for (const key of Object.keys(record)) {
    const primitive = primitives.get(record[key]);
    if (primitive === undefined) members.push(record[key]);
    else record[key] = primitive;
  }
  return members;
}
