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
  if (!text.includes('{}') || makesItsJson(item)) return undefined;
  if (types.isMap(item)) return 'is a Map, of which JSON keeps nothing; an array of its entries is [...item]';
  if (types.isSet(item)) return 'is a Set, of which JSON keeps nothing; an array of its values is [...item]';
  const at = keyOfPromise(item);
  if (at === undefined) return undefined;
  return `${at === '' ? 'is a promise' : `has the member "${at}", a promise`}, of which JSON keeps nothing; ${waitFirst}`;
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
