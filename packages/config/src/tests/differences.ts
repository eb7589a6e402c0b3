import { inspect, isDeepStrictEqual } from 'node:util';

/** Differences that are told of one list. */
const maxTold = 5;

/** Where a list is not the expected one, a sentence each. `match` judges one item. */
export function listDifferences(
  what: string,
  expected: readonly unknown[],
  actual: readonly unknown[],
  match: (expected: unknown, actual: unknown) => boolean = sameItem,
): readonly string[] {
  const counts =
    expected.length === actual.length
      ? []
      : [`${what}: ${expected.length} expected, and there ${actual.length === 1 ? 'is' : 'are'} ${actual.length}`];
  const pairs = Array.from({ length: Math.max(expected.length, actual.length) }, (_, index) => index).flatMap((index) => {
    if (index >= actual.length) return [`${what}[${index}]: expected ${show(expected[index])}, and nothing came`];
    if (index >= expected.length) return [`${what}[${index}]: ${show(actual[index])} was not expected`];
    return match(expected[index], actual[index])
      ? []
      : [`${what}[${index}]: expected ${show(expected[index])}, got ${show(actual[index])}`];
  });
  const more = pairs.length - maxTold;
  return [...counts, ...pairs.slice(0, maxTold), ...(more > 0 ? [`${what}: and ${more} more differences`] : [])];
}

/** What a file can say of a value: as JSON has it, so a Date is its text, and an absent member is none. */
export function asData(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return asData([...value]);
  if (value instanceof Set) return asData([...value]);
  // Made anew: what comes from another realm would differ by its prototype.
  if (Array.isArray(value)) return Array.from(value, (item: unknown) => (item === undefined ? null : asData(item)));
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    const json: unknown = value.toJSON();
    if (json !== value) return asData(json);
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [[key, asData(member)]])),
  );
}

function same(expected: unknown, actual: unknown): boolean {
  return isDeepStrictEqual(asData(expected), asData(actual));
}

/** An item that is `undefined` is null in a file, as in any list. */
function sameItem(expected: unknown, actual: unknown): boolean {
  return same([expected], [actual]);
}

/**
 * Whether a value has what is expected of it: of maps the members that are given, of errors also `name` and `message`; a `message` need only
 * be a part of the whole one.
 */
export function matches(expected: unknown, actual: unknown): boolean {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return same(expected, actual);
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(expected).every(([name, member]) => {
    const found: unknown = Reflect.get(actual, name);
    if (name === 'message' && typeof member === 'string' && typeof found === 'string') return found.includes(member);
    return matches(member, found);
  });
}

export function show(value: unknown): string {
  return inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 200, maxArrayLength: 20 });
}

export function redacted(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== '').reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
