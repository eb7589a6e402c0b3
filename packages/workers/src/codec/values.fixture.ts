import fc from 'fast-check';

/** A text of everything that a structured clone preserves: types, keys in order, holes, -0, invalid dates, and which objects are the same. */
export function describeValue(value: unknown, met = new Map<object, number>()): string {
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  const known = met.get(value);
  if (known !== undefined) return `#${known}`;
  met.set(value, met.size);
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  const inside = (member: unknown): string => describeValue(member, met);
  const own = Object.keys(value)
    .map((key) => `${JSON.stringify(key)}:${inside((value as Record<string, unknown>)[key])}`)
    .join();
  switch (kind) {
    case 'Array':
      return `Array(${(value as unknown[]).length}){${own}}`;
    case 'Date':
      return `Date(${(value as Date).getTime()})`;
    case 'RegExp':
      return String(value);
    case 'Map':
      return `Map{${[...(value as Map<unknown, unknown>)].map(([key, member]) => `${inside(key)}=>${inside(member)}`).join()}}`;
    case 'Set':
      return `Set{${[...(value as Set<unknown>)].map(inside).join()}}`;
    case 'Error': {
      const { name, message, cause } = value as Error;
      return `Error{${name},${message},${inside(cause)}}`;
    }
    default:
      return `${kind}{${own}}`;
  }
}

/** Any value that a structured clone takes. */
export const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  key: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', '__keys__', 'constructor', 'toJSON', 'length', '0', 'a'),
  ),
});
const codeUnits = fc.array(fc.nat(0xffff), { maxLength: 90 }).map((units) => String.fromCharCode(...units));
const member = fc.oneof(anything, codeUnits, fc.double(), fc.constantFrom(-0, undefined, 'x'));
const record = fc.dictionary(fc.string({ maxLength: 3 }), member);
const plain = fc.dictionary(
  fc.string({ maxLength: 3 }),
  fc.oneof(fc.double({ noNaN: false }), fc.string({ unit: 'grapheme' }), fc.jsonValue()),
);
/** Items of all kinds that a structured clone takes, in lists. */
export const batches = fc.oneof(
  fc.array(record, { minLength: 4 }),
  fc.array(plain, { minLength: 4 }),
  fc.array(anything, { maxLength: 8 }),
);
