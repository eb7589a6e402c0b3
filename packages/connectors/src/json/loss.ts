import { types } from 'node:util';

/** How a promise comes to be what is wanted. */
export const waitFirst = "wait for it before: io('wait', (item) => item), or await in the task that makes it";

/**
 * What JSON loses of an item without a word: a promise, that is the item or lies in it, and a Map or Set that is the item. Undefined for
 * others, by the rules of `JSON.stringify`. Promises that are told may reject: that ends nothing.
 *
 * @param text the JSON of the item; all of these are `{}` there
 */
export function lossOf(item: unknown, text: string): string | undefined {
  if (!text.includes('{}')) return undefined;
  // One that has a toJSON may be more.
  if (text === '{}' && types.isMap(item)) return 'is a Map, of which JSON keeps nothing; an array of its entries is [...item]';
  if (text === '{}' && types.isSet(item)) return 'is a Set, of which JSON keeps nothing; an array of its values is [...item]';
  const at = keyOfPromise(item);
  if (at === undefined) return undefined;
  return `${at === '' ? 'is a promise' : `has the member "${at}", a promise`}, of which JSON keeps nothing; ${waitFirst}`;
}

/** The key of the first promise in an item, as JSON goes through it; empty for the item itself. */
function keyOfPromise(item: unknown): string | undefined {
  let found: string | undefined;
  JSON.stringify(item, (key, value) => {
    if (types.isPromise(value)) {
      found ??= key;
      value.catch(() => undefined);
    }
    return typeof value === 'bigint' ? String(value) : value;
  });
  return found;
}
