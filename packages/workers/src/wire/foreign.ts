import { inspect, types } from 'node:util';

/**
 * Refuses what the platform can clone and V8 alone cannot: a WebAssembly.Module, which it writes as nothing at all, and the objects of
 * Node.js (Blob, CryptoKey, BlockList, since 22 also what may not be cloned, as URL), which it refuses or, since 22, writes as empty objects.
 *
 * Throws a DataCloneError, or what `structuredClone` throws, as of a getter.
 */
export function refuseForeign(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  // Grows while it is walked: a value may be of any depth, and may be met again.
  const met = new Set<object>([value]);
  for (const object of met) {
    for (const member of membersOf(object)) {
      if (typeof member === 'object' && member !== null) met.add(member);
    }
  }
}

/** Longer arrays may be sparse. */
const MAX_DENSE = 1_000_000;

/** What V8 writes of an object. */
function membersOf(object: object): Iterable<unknown> {
  const prototype = Object.getPrototypeOf(object);
  if (Array.isArray(object)) {
    return object.length > MAX_DENSE || hasNamedMembers(object) ? Object.values(object) : objectsOf(object);
  }
  if (isPlain(prototype)) return Object.values(object);
  if (ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object)) return [];
  if (types.isDate(object) || types.isRegExp(object) || types.isBoxedPrimitive(object)) return [];
  if (types.isMap(object)) return [...object.keys(), ...object.values()];
  if (types.isSet(object)) return object;
  assertOwn(object, prototype);
  return types.isNativeError(object) ? [object.cause] : Object.values(object);
}

/** From about that length on the list of the keys costs more than to ask `inspect`. */
const MAX_LISTED = 64;

/**
 * As the result of `String.match` has them. The keys of a long array of numbers cost ten times its clone; of its elements `inspect` tells only
 * how many there are, by the list of the other keys, which V8 has apart. Of short ones the last key tells: indexes come first.
 */
function hasNamedMembers(array: readonly unknown[]): boolean {
  if (array.length <= MAX_LISTED) {
    const last = Object.keys(array).at(-1);
    return last !== undefined && String(Number(last) >>> 0) !== last;
  }
  try {
    return !/ more items? \]$/.test(
      inspect(array, { depth: 0, maxArrayLength: 0, customInspect: false, breakLength: Number.POSITIVE_INFINITY }),
    );
  } catch {
    // A getter of the tag that throws: it is not looked at by V8.
    return true;
  }
}

/** The list of the values of a long array of numbers would cost more than its clone. */
function objectsOf(array: readonly unknown[]): readonly unknown[] {
  const objects: unknown[] = [];
  for (let i = 0; i < array.length; i++) {
    const element = array[i];
    if (typeof element === 'object' && element !== null) objects.push(element);
  }
  return objects;
}

/** Of any realm. */
function isPlain(prototype: object | null): boolean {
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Prototypes of classes whose objects are cloned by their members, as V8 does it. */
const ownClasses = new WeakSet<object>();

/** Only the platform knows what it does with objects of a class: its clone of the first one tells. */
function assertOwn(object: object, prototype: object): void {
  if (ownClasses.has(prototype)) return;
  const copy: object = structuredClone(object);
  const isOwn = types.isNativeError(object) ? tagOf(copy) === '[object Error]' : isPlain(Object.getPrototypeOf(copy));
  if (!isOwn) throw new DOMException(`${tagOf(object)} could not be cloned for a process.`, 'DataCloneError');
  ownClasses.add(prototype);
}

function tagOf(object: object): string {
  return Object.prototype.toString.call(object);
}
