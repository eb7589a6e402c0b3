import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pack, transfersOf, unpack } from './codec.js';
import { batches, describeValue } from './values.fixture.js';

function across(values: readonly unknown[]): { readonly kind: string; readonly values: unknown } {
  const packed = pack(values);
  const sent = structuredClone(packed, { transfer: [...transfersOf(packed)] });
  return { kind: packed.kind, values: unpack(sent) };
}

/** The codec considers records for large batches only. */
const neighbours = Array.from({ length: 32 }, (_, i) => [{ id: i }, null, true, { a: i, b: 'x' }][i % 4]);
const among = (...values: readonly unknown[]): unknown[] => [{ first: 1 }, ...values, ...neighbours];

class Point {
  readonly x = 1;
  readonly parts = [1, 2];
}

const shared = { a: 1 };
const cyclic: Record<string, unknown> = { name: 'loop' };
cyclic.self = cyclic;
const named = Object.assign([1, 2], { index: 3 });
const holed = Object.assign(new Array(3), { 0: 1, named: 2, other: 3 });

const exact: [string, unknown][] = [
  ['nested', { a: { b: { c: [1, 'two', null, { d: true }] } } }],
  ['undefined members', { a: undefined, b: [undefined] }],
  ['numbers', [0, 1.5, Number.NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 31), 2 ** 32, 5e-324, 63, 64, 127, 128, -33, -129]],
  ['strings', ['', 'ä', '\u0000', '😀', 'é'.repeat(300), 'x'.repeat(1024), 'a\ufeff']],
  ['no prototype', Object.assign(Object.create(null), { a: 1 })],
  ['odd keys', { '': 1, 'a-b': 2, 7: 3, 'ü\n"': 4, constructor: 5, hasOwnProperty: 6, toJSON: 7, toString: 8 }],
  ['many keys', Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, i]))],
];

const inexact: [string, unknown][] = [
  ['-0', { a: -0 }],
  ['a date', { at: new Date(5) }],
  ['an invalid date', [new Date(Number.NaN)]],
  ['a Map', new Map<unknown, unknown>([[{ a: 1 }, new Set([1])]])],
  ['a BigInt', { big: 2n ** 70n }],
  ['typed arrays', { bytes: new Uint8Array([1, 2]), floats: new Float64Array([0.5]) }],
  ['a RegExp', /a+/gi],
  ['an Error with cause', new TypeError('broken', { cause: { a: 1 } })],
  ['a cycle', cyclic],
  ['one object twice', { left: shared, right: shared }],
  ['holes', Object.assign(new Array(3), { 2: 1 })],
  ['an array with named members', named],
  ['holes and as many named members', holed],
  ['a lone surrogate', { text: 'a\ud800' }],
  ['a lone surrogate in a key', { 'a\udc00': 1 }],
  ['a byte order mark', { text: `\ufeff${'x'.repeat(80)}` }],
  ['a __proto__ key', JSON.parse('{"__proto__": {"a": 1}, "b": 2}')],
  ['a __keys__ key', { __keys__: 1, a: { __keys__: [2] } }],
  ['a class instance', new Point()],
  ['a long string', 'x'.repeat(100_000)],
  ['deep nesting', Array.from({ length: 100 }).reduce<unknown>((inner) => ({ inner }), 1)],
];

describe('the codec', () => {
  test.each(exact)('carries %s as records', (_, value) => {
    const items = among(value);
    expect(across(items).kind).toBe('records');
    expect(describeValue(across(items).values)).toBe(describeValue(structuredClone(items)));
  });

  test.each(inexact)('carries %s as clones', (_, value) => {
    const items = among(value);
    expect(across(items).kind).toBe('clones');
    expect(describeValue(across(items).values)).toBe(describeValue(structuredClone(items)));
  });

  test('gives what a structured clone gives, for any value', () => {
    fc.assert(
      fc.property(batches, (items) => {
        // Sameness between items of a batch is no promise: they may travel in different batches.
        const expected = structuredClone(items);
        const { values } = across(items);
        expect((values as unknown[]).map((item) => describeValue(item))).toEqual(expected.map((item) => describeValue(item)));
      }),
      { numRuns: 400 },
    );
  });

  test('numbers and strings are left to the port', () => {
    expect(across(neighbours.map((_, i) => i)).kind).toBe('clones');
    expect(across(neighbours.map(String)).kind).toBe('clones');
  });
});
