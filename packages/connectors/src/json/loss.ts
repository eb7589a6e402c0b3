import { types } from 'node:util';

/** How a promise comes to be what is wanted. */
export const waitFirst = "wait for it before: io('wait', (item) => item), or await in the task that makes it";

/** A member that JSON loses, or the value itself. */
interface Loss {
  /** Its key; empty for the value itself. */
  readonly at: string;
  readonly what: string;
}

/**
 * What JSON loses of an item without a word: a promise, that is the item or lies in it, and a Map or Set that is the item. Undefined for
 * others, by the rules of `JSON.stringify`. Promises that are told may reject: that ends nothing.
 *
 * @param text the JSON of the item; all of these are `{}` there
 */
export function lossOf(item: unknown, text: string): string | undefined {
  const loss = lossIn(item, text, 'item');
  if (loss === undefined) return undefined;
  return loss.at === '' ? `is ${loss.what}` : `has the member "${loss.at}", ${loss.what}`;
}

/** The same of a value that an item has in a column of JSON. */
export function lossOfValue(value: unknown, text: string): string | undefined {
  const loss = lossIn(value, text, 'value');
  if (loss === undefined) return undefined;
  return loss.at === '' ? loss.what : `a value with the member "${loss.at}", ${loss.what}`;
}

function lossIn(value: unknown, text: string, name: string): Loss | undefined {
  if (!text.includes('{}') || makesItsJson(value)) return undefined;
  if (types.isMap(value)) return { at: '', what: `a Map, of which JSON keeps nothing; an array of its entries is [...${name}]` };
  if (types.isSet(value)) return { at: '', what: `a Set, of which JSON keeps nothing; an array of its values is [...${name}]` };
  const at = keyOfPromise(value);
  return at === undefined ? undefined : { at, what: `a promise, of which JSON keeps nothing; ${waitFirst}` };
}

/** The key of the first promise among what JSON goes through; empty for the item itself. None of them is anybody's concern then. */
function keyOfPromise(item: unknown): string | undefined {
  let found: string | undefined;
  const visit = (value: unknown, key: string): void => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || makesItsJson(value)) return;
    if (types.isPromise(value)) {
      found ??= key;
      value.catch(() => undefined);
      return;
    }
    for (const [name, member] of Object.entries(value)) visit(member, name);
  };
  try {
    visit(item, '');
  } catch {
    // A getter that gives its value once: what is behind it was written.
  }
  return found;
}

function makesItsJson(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function';
}
