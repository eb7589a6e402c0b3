import { types } from 'node:util';

/**
 * Whether msgpack records carry values exactly: what comes out equals what a structured clone gives. A false "no" costs time,
 * a false "yes" would corrupt an item, so everything unknown is a "no". Runs for every item; kept to less than a
 * tenth of what a clone of a small object costs.
 *
 * Refused although msgpackr would take them: -0 (arrives as 0), lone surrogates (arrive as U+FFFD), a leading byte order mark (cut
 * off), `__proto__` (renamed) and `__keys__` (a name of its own bookkeeping), holes and named members of arrays (lost), one object
 * met twice in an item (arrives as two), proxies, `arguments` and namespaces of modules (cannot be cloned, and would arrive as what they look like).
 */
export function isExact(value: unknown): boolean {
  met = 0;
  return isExactMember(value, 0);
}

/** Deeper values go as clones; it also ends the walk of a cycle that `nested` has not met yet. */
const MAX_DEPTH = 32;
/** Beyond as many objects in one item the search for one met twice costs more than the clone. */
const MAX_NESTED = 64;
/** UTF-8 has to be checked, written and read back by the character; a clone of a long string is a copy of its bytes. */
const MAX_STRING = 1024;

/**
 * Objects met inside the item at hand, the first `met` of them; the others are of items before, since setting the length costs about as
 * much as the walk of a flat object. Module state instead of a set an item: the walk is synchronous and never re-entered.
 */
const nested: object[] = [];
let met = 0;

function isExactMember(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isExactString(value);
  if (typeof value === 'number') return value !== 0 || 1 / value > 0;
  if (typeof value === 'object') return value === null || isExactObject(value, depth);
  return typeof value === 'boolean' || value === undefined;
}

function isExactString(value: string): boolean {
  return value.length <= MAX_STRING && value.isWellFormed() && value.charCodeAt(0) !== 0xfeff;
}

/** Keys of the object before: neighbours in a batch mostly have the same ones, and comparing with them is a pointer comparison. */
const knownKeys: string[] = [];

function isExactObject(value: object, depth: number): boolean {
  if (types.isProxy(value)) return false;
  if (depth > 0 && !isFirstMeeting(value, depth)) return false;
  if (Array.isArray(value)) return isExactArray(value, depth);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null ? types.isModuleNamespaceObject(value) : prototype !== Object.prototype) return false;
  let position = 0;
  let firstKey: string | undefined;
  for (const key in value) {
    firstKey ??= key;
    if (key !== knownKeys[position]) {
      if (key === '__proto__' || key === '__keys__' || !isExactString(key)) return false;
      // Dictionaries may have any number of keys; remembering the first few is enough for records.
      if (position < 64) knownKeys[position] = key;
    }
    position++;
    if (!isExactMember((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return !isArguments(value, firstKey);
}

/** Asked of few objects: keys that are indexes come first. */
export function isArguments(object: object, firstKey: string | undefined): boolean {
  return (firstKey === undefined || firstKey === '0') && types.isArgumentsObject(object);
}

function isFirstMeeting(value: object, depth: number): boolean {
  if (depth > MAX_DEPTH || met >= MAX_NESTED) return false;
  for (let i = 0; i < met; i++) if (nested[i] === value) return false;
  nested[met++] = value;
  return true;
}

function isExactArray(value: readonly unknown[], depth: number): boolean {
  // Fewer keys than elements: a hole. More: a named member, as the result of String.match has.
  if (Object.getPrototypeOf(value) !== Array.prototype || Object.keys(value).length !== value.length) return false;
  for (let i = 0; i < value.length; i++) {
    const member = value[i];
    // As many keys as elements, and a hole: a named member beside it.
    if (member === undefined && !(i in value)) return false;
    if (!isExactMember(member, depth + 1)) return false;
  }
  return true;
}
