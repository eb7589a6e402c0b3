import { deserialize, serialize } from 'node:v8';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { carried, itemOf } from './letter-item.js';

/** What a reader of the file has. */
const read = (item: unknown): unknown => JSON.parse(JSON.stringify(carried(item)));
const back = (item: unknown): unknown => itemOf(JSON.parse(JSON.stringify(carried(item))));

const cyclic = (): object => {
  const self: { self?: object; n: number } = { n: 1 };
  self.self = self;
  return self;
};

describe('an item that JSON carries exactly', () => {
  test.each([
    ['text'],
    [0],
    [-1.5],
    [true],
    [null],
    [[]],
    [{}],
    [{ a: [1, { b: null }], 'c d': '\ud800' }],
    [Object.create(null)],
  ])('F15 stands in its letter as it is: %j', (item) => {
    expect(carried(item)).toEqual({ item });
    expect(back(item)).toEqual(item);
  });

  test('F15 comes back equal, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (item) => {
        expect(back(item)).toStrictEqual(item);
      }),
    );
  });
});

describe('an item that JSON would change', () => {
  const shared = { n: 1 };
  test.each([
    ['a bigint', 2n ** 70n],
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['-0', -0],
    ['an infinity in an object', { at: Number.NEGATIVE_INFINITY }],
    ['an undefined member', { a: undefined }],
    ['a date', new Date(7)],
    ['a map', new Map([[{ a: 1 }, new Set([1n])]])],
    ['a buffer', { raw: Buffer.from([0, 255]) }],
    ['a typed array', Float64Array.of(1, Number.NaN)],
    ['an array with holes', Object.assign([1], { 2: 3 })],
    ['an array with a name', Object.assign([1], { name: 'x' })],
    ['a cycle', cyclic()],
    ['an object that is there twice', { a: shared, b: shared }],
    ['a member that JSON would ask', { toJSON: undefined, a: 1 }],
    ['a getter', Object.defineProperty({}, 'a', { get: () => 1, enumerable: true })],
    ['an error', new RangeError('x')],
  ])('F15 comes back equal: %s', (_, item) => {
    expect(read(item)).toEqual({ item: expect.any(String), encoded: 'v8' });
    expect(back(item)).toEqual(deserialize(serialize(item)));
    expect(back(item)).toEqual(item);
  });

  test('F15 comes back as a structured clone of it, whatever it is', () => {
    // Without dates: jest takes two that are invalid for different ones.
    const anything = fc.anything({
      withBigInt: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: false,
    });
    fc.assert(
      fc.property(anything, (item) => {
        expect(back(item)).toEqual(deserialize(serialize(item)));
      }),
    );
  });

  test('F15 also when it is nested deeply, or very large', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 1000; i += 1) deep = { deep };
    expect(JSON.stringify(back(deep))).toBe(JSON.stringify(deep));
    const large = Array.from({ length: 20_000 }, (_, i) => ({ i }));
    expect(back(large)).toEqual(large);
  });
});

describe('an item that nothing carries', () => {
  const hostile = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  test.each([
    ['a function', { f: () => 1 }],
    ['a symbol', Symbol('s')],
    ['a promise', Promise.resolve(1)],
    ['a proxy that refuses', { hostile, f: () => 1 }],
  ])('F15 is told in words, and not given back: %s', (_, item) => {
    const letter = read(item) as { item: unknown; encoded?: 'text' };
    expect(letter).toEqual({ item: expect.any(String), encoded: 'text' });
    expect(() => itemOf(letter)).toThrow(TypeError);
  });

  test('an encoding of a later version is refused by its name', () => {
    expect(() => itemOf({ item: 'x', encoded: 'cbor' as 'v8' })).toThrow('encoded as "cbor", which this version does not know');
  });
});
