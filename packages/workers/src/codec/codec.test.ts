import { Buffer } from 'node:buffer';
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type Packed, pack, transfersOf, unpack } from './codec.js';
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

  describe('objects of one shape', () => {
    const rows = (...members: readonly unknown[]): unknown[] =>
      Array.from({ length: 40 }, (_, i) => ({ id: i, member: members[i % members.length] }));

    test.each<[string, readonly unknown[]]>([
      ['integers', [0, 1, -5, 2 ** 31 - 1, -(2 ** 31)]],
      ['numbers', [0, -0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 5e-324]],
      ['an integer first and -0 later', [1, -0]],
      ['long texts', ['x'.repeat(257), '', 'ä'.repeat(5000), 'ż'.repeat(300), '\ud800', '😀'.repeat(2000)]],
      ['null and undefined among long texts', [null, 'x'.repeat(1000), undefined]],
      ['texts', ['', 'ä', '\ud800', '\udc00', '\ufeffx', '😀', 'x'.repeat(256)]],
      ['flags', [true, false]],
      ['null and undefined among texts', ['a', null, undefined]],
      ['null and undefined among numbers', [null, 1.5, undefined]],
      ['null and undefined among integers', [null, 7, undefined]],
      ['null and undefined among flags', [undefined, true, null]],
    ])('with %s travel as columns', (_, members) => {
      const items = rows(...members);
      expect(across(items).kind).toBe('columns');
      expect(describeValue(across(items).values)).toBe(describeValue(structuredClone(items)));
    });

    test.each<[string, unknown[]]>([
      ['a long text among short ones', rows('x'.repeat(257), '', 'short', 'text')],
      ['few long texts', rows('x'.repeat(257)).slice(0, 31)],
      ['members of two types', rows(1, 'one')],
      ['nothing but null', rows(null)],
      ['a nested object', rows({ a: 1 })],
      ['another order of members', [...rows(1), { member: 1, id: 2 }]],
      ['a member more', [...rows(1), { id: 1, member: 1, more: 1 }]],
      ['a member less', [...rows(1), { id: 1 }]],
      ['a null among them', [...rows(1), null]],
      ['a class', [...rows(1), new Point()]],
      ['a __proto__ member', rows(1).map(() => JSON.parse('{"__proto__": 1}'))],
      ['no members', Array.from({ length: 40 }, () => ({}))],
    ])('with %s do not', (_, items) => {
      const { kind, values } = across(items);
      expect(kind).not.toBe('columns');
      expect((values as unknown[]).map((item) => describeValue(item))).toEqual(
        structuredClone(items).map((item) => describeValue(item)),
      );
    });

    test('with a proxy among them are left to the port, which refuses it', () => {
      for (const proxy of [new Proxy({ id: 1, member: 1 }, {}), { id: 1, member: new Proxy({}, {}) }]) {
        expect(() => across([...rows(1), proxy])).toThrow('could not be cloned');
      }
    });

    test('that are arguments or namespaces of modules, or hold them, are left to the port, which refuses them', async () => {
      const argumentsOf: (...values: readonly unknown[]) => unknown = function () {
        // biome-ignore lint/complexity/noArguments: it is what the test is about
        return arguments;
      };
      const namespace: unknown = await import('./numbers.fixture.js');
      for (const value of [argumentsOf(1, 2), argumentsOf(), namespace]) {
        for (const item of [value, { member: value }]) {
          expect(() => across(new Array(40).fill(item))).toThrow('could not be cloned');
        }
      }
    });

    test('texts of many pieces are cut where they were joined', () => {
      const items = Array.from({ length: 1000 }, (_, i) => ({ text: String.fromCharCode(97 + (i % 26)).repeat((i * 7) % 257) }));
      expect(across(items).kind).toBe('columns');
      expect(across(items).values).toEqual(items);
    });

    test('with many long texts in one member and few in another travel as columns', () => {
      const items = Array.from({ length: 40 }, (_, id) => ({ text: 'x'.repeat(1000), note: id === 7 ? 'y'.repeat(300) : '' }));
      expect(across(items)).toEqual({ kind: 'columns', values: items });
    });

    test('long texts need no new memory while messages come back', () => {
      const items = Array.from({ length: 100 }, (_, id) => ({ id, text: 'x'.repeat(1000), more: 'ż'.repeat(id * 10) }));
      const send = (): Packed => {
        const packed = pack(items);
        return structuredClone(packed, { transfer: [...transfersOf(packed)] });
      };
      expect(transfersOf(pack(items))).toHaveLength(2);
      for (let i = 0; i < 9; i++) send();
      for (let i = 0; i < 4; i++) unpack(send());
      const allocated = jest.spyOn(Buffer, 'allocUnsafeSlow');
      try {
        for (let i = 0; i < 3; i++) expect(unpack(send())).toEqual(items);
        expect(allocated).not.toHaveBeenCalled();
      } finally {
        allocated.mockRestore();
      }
    });

    test('a long text is written only when the other members can travel as columns, too', () => {
      const written = jest.spyOn(Buffer.prototype, 'write');
      try {
        const items = rows({ a: 1 }).map((row) => ({ text: 'x'.repeat(1000), ...(row as object) }));
        expect(pack(items).kind).toBe('records');
        expect(written).not.toHaveBeenCalled();
      } finally {
        written.mockRestore();
      }
    });

    test('any keys and any members arrive as structured clones', () => {
      const member = fc.oneof(
        fc.array(fc.oneof(fc.integer(), fc.constantFrom(null, undefined)), { minLength: 32, maxLength: 40 }),
        fc.array(fc.oneof(fc.double(), fc.constantFrom(-0, null, undefined)), { minLength: 32, maxLength: 40 }),
        fc.array(
          fc.array(fc.nat(0xffff), { maxLength: 300 }).map((units) => String.fromCharCode(...units)),
          {
            minLength: 32,
            maxLength: 40,
          },
        ),
        fc.array(fc.oneof(fc.boolean(), fc.constantFrom(null, undefined)), { minLength: 32, maxLength: 40 }),
      );
      const key = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', '0', '"', '\u2028', 'constructor'));
      fc.assert(
        fc.property(fc.array(fc.tuple(key, member), { maxLength: 6 }), (columns) => {
          const items = Array.from({ length: 32 }, (_, i) =>
            Object.fromEntries(columns.map(([name, values]) => [name, values[i]])),
          );
          expect(describeValue(across(items).values)).toBe(describeValue(structuredClone(items)));
        }),
        { numRuns: 200 },
      );
    });

    test('shapes without end do not fill the memory with code', () => {
      for (let shape = 0; shape < 600; shape++) {
        const items = Array.from({ length: 32 }, (_, i) => ({ [`k${shape}`]: i }));
        expect(across(items).values).toEqual(items);
      }
    });
  });

  describe('long strings', () => {
    const long = (text: string, units = 1000): string => text.repeat(Math.ceil(units / text.length)).slice(0, units);
    const filler = Array.from({ length: 40 }, (_, i) => long(String.fromCharCode(97 + (i % 26))));

    test.each<[string, string]>([
      ['of ASCII', 'plain text '],
      ['of Latin-1', 'Ångström \u00ff\u0080'],
      ['of other letters', 'żółw 😀 '],
      ['of lone surrogates', 'a\ud800 \udc00'],
      ['of a byte order mark', '\ufeffx'],
      ['of zeros', '\0'],
    ])('%s travel in one buffer', (_, text) => {
      const items = ['', long(text), ...filler, long(text, 333), text];
      expect(across(items)).toEqual({ kind: 'strings', values: items });
    });

    test('that were put together or cut out do too', () => {
      const whole = filler.join('');
      const items = Array.from({ length: 60 }, (_, i) =>
        i % 2 === 0 ? whole.slice(i * 7, i * 7 + 500) : filler[0]! + filler[i % 40]!,
      );
      expect(across(items)).toEqual({ kind: 'strings', values: items });
    });

    test('of any UTF-16 units arrive as they were', () => {
      const unit = fc.oneof(fc.nat(0xff), fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff }));
      const text = fc.array(unit, { maxLength: 40 }).map((units) => String.fromCharCode(...units));
      fc.assert(
        fc.property(fc.array(fc.tuple(text, fc.nat(60)), { minLength: 1, maxLength: 40 }), (pieces) => {
          const items = [...pieces.map(([piece, times]) => piece.repeat(times)), ...filler];
          expect(across(items)).toEqual({ kind: 'strings', values: items });
        }),
        { numRuns: 200 },
      );
    });

    test.each<[string, readonly string[]]>([
      ['of Latin-1', filler],
      ['of other letters, as many as a batch of a pipeline holds', Array.from({ length: 525 }, () => 'ż'.repeat(1000))],
    ])('%s need no new memory while messages come back', (_, batch) => {
      const send = (items: readonly string[]): Packed => {
        const packed = pack(items);
        return structuredClone(packed, { transfer: [...transfersOf(packed)] });
      };
      const allocated = jest.spyOn(Buffer, 'allocUnsafeSlow');
      try {
        for (let i = 0; i < 9; i++) send(batch);
        expect(allocated).toHaveBeenCalled();
        expect(unpack(send(batch))).toEqual(batch);
        allocated.mockClear();
        for (const items of [batch, batch.slice(0, 30), batch]) expect(unpack(send(items))).toEqual(items);
        expect(allocated).not.toHaveBeenCalled();
      } finally {
        allocated.mockRestore();
      }
    });

    test.each<[string, unknown[]]>([
      ['another value', [...filler, 1]],
      ['a null', [null, ...filler]],
      ['a String object', [...filler, Object('text')]],
      ['many short ones', [...filler, ...Array.from({ length: 1000 }, String)]],
    ])('with %s are cloned', (_, items) => {
      expect(across(items)).toEqual({ kind: 'clones', values: items });
    });

    test('that are few are cloned', () => {
      expect(across(['x'.repeat(1_000_000)]).kind).toBe('clones');
      expect(across(filler.slice(0, 16)).kind).toBe('clones');
      expect(across(filler.slice(0, 17)).kind).toBe('strings');
    });
  });

  describe('large buffers', () => {
    const bytes = (size: number): Uint8Array => new Uint8Array(size).fill(7);

    test('are copied once and handed over, and the sender keeps its own', () => {
      const items = [bytes(20_000), Buffer.alloc(20_000, 7)];
      const { kind, values } = across(items);
      expect(kind).toBe('buffers');
      expect(values).toEqual([bytes(20_000), bytes(20_000)]);
      expect(items[0]!.byteLength).toBe(20_000);
    });

    test.each<[string, unknown[]]>([
      ['a small one', [bytes(20_000), bytes(100)]],
      ['a part of another', [bytes(40_000).subarray(10_000)]],
      ['shared memory', [new Uint8Array(new SharedArrayBuffer(20_000))]],
      ['another type', [new Float64Array(4000)]],
      ['anything else', [bytes(20_000), 'text']],
    ])('with %s are cloned', (_, items) => {
      expect(across(items).kind).toBe('clones');
      expect(describeValue(across(items).values)).toBe(describeValue(structuredClone(items)));
    });
  });
});
