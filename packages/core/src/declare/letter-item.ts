import { inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import type { DeadLetter } from './dead-letter.js';

/** How an item stands in a letter. */
type Carried = Pick<DeadLetter, 'item' | 'encoded'>;

/** An item as a dead letter carries it: as it is when JSON gives it back equal, else encoded. Never throws. */
export function carried(item: unknown): Carried {
  if (isExactInJson(item, new Set())) return { item };
  try {
    return { item: serialize(item).toString('base64'), encoded: 'v8' };
  } catch {
    // A function, a symbol, a promise: no format can carry it.
    return { item: textOf(item), encoded: 'text' };
  }
}

/**
 * The item of a dead letter as it came into its stage, also of a letter that was read back from a file: to run it again, say. What JSON cannot
 * carry, a bigint, Date, Map or Buffer, say, comes back equal.
 *
 * @example
 * ```ts
 * import { type DeadLetter, flow, itemOf } from '@millrace/core';
 * import { ndjson } from '@millrace/connectors';
 * import { filter, map } from 'rxjs';
 *
 * const again = flow(ndjson.read<DeadLetter>('rejects.ndjson')).pipe(
 *   filter(({ stage, encoded }) => stage === 'score' && encoded !== 'text'),
 *   map((letter) => itemOf(letter)),
 * );
 * ```
 *
 * @param letter or no more of it than these two members
 * @throws TypeError when the letter tells the item in words alone (`encoded: 'text'`)
 */
export function itemOf(letter: Pick<DeadLetter, 'item' | 'encoded'>): unknown {
  const { item, encoded } = letter;
  if (encoded === undefined) return item;
  if (encoded === 'v8' && typeof item === 'string') return deserialize(Buffer.from(item, 'base64'));
  throw new TypeError(
    encoded === 'text'
      ? `the item of this dead letter could not be carried and is only told in words: ${String(item)}`
      : `the item of this dead letter is encoded as ${JSON.stringify(encoded)}, which this version does not know`,
  );
}

/** What cannot be carried, in words: for people. */
export function textOf(value: unknown): string {
  try {
    return inspect(value, { depth: 3, customInspect: false, getters: false });
  } catch {
    // A proxy may refuse even this.
    return `[${typeof value}]`;
  }
}

/**
 * Whether the value comes back equal from JSON. `-0`, `undefined` in any place and holes do not; what holds an object twice does not either,
 * as it would come back as two. Instances of classes are left to v8, whose copy is that of a structured clone.
 */
export function isExactInJson(value: unknown, seen: Set<object>): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      break;
    default:
      return false;
  }
  if (value === null) return true;
  // One that was seen may also be a cycle.
  if (seen.has(value) || seen.size > maxMembers) return false;
  seen.add(value);
  try {
    return Array.isArray(value) ? isExactArray(value, seen) : isExactObject(value, seen);
  } catch {
    // A proxy of the user's, or nested deeper than the stack.
    return false;
  }
}

/** Objects, and members of an array, that are looked at; what is larger is left to v8, which is quicker at it. */
const maxMembers = 10_000;

function isExactArray(array: readonly unknown[], seen: Set<object>): boolean {
  // Every index, and `length`; nothing else.
  if (array.length > maxMembers || 'toJSON' in array || Reflect.ownKeys(array).length !== array.length + 1) return false;
  for (let i = 0; i < array.length; i += 1) if (!(i in array) || !isExactInJson(array[i], seen)) return false;
  return true;
}

function isExactObject(object: object, seen: Set<object>): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  // By the end of its chain: a plain object may come from another realm. Tags tell Map, Date and the like, of which none is plain.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  if (Object.prototype.toString.call(object) !== '[object Object]' || 'toJSON' in object) return false;
  for (const key of Reflect.ownKeys(object)) {
    const member = Object.getOwnPropertyDescriptor(object, key);
    if (typeof key !== 'string' || member?.enumerable !== true || !('value' in member)) return false;
    if (!isExactInJson(member.value, seen)) return false;
  }
  return true;
}
