import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { ndjson } from '@millrace/connectors';
import fc from 'fast-check';
import { chunked, readPulls, readSource, rejection, TestFolder, writeSink } from '../file/folder.fixture.js';
import { valuesOf } from './read.js';

const folder = new TestFolder();
afterAll(() => folder.remove());

const parse = (text: string, maxLineBytes?: number, sizes: readonly number[] = []) =>
  readPulls(valuesOf<unknown>(chunked(Buffer.from(text), sizes), 'f', { maxLineBytes }));

describe('ndjson.read', () => {
  test('blank lines are skipped, and an origin is where its value begins', async () => {
    const { items, origin } = await parse('\n1\r\n \t\r\n  {"a":2}\n\r\n\n"x"');
    expect(items).toEqual([1, { a: 2 }, 'x']);
    expect([0, 1, 2].map(origin)).toEqual(['f:2:1', 'f:4:3', 'f:7:1']);
  });

  test('__proto__ is a key like others', async () => {
    const { items } = await parse('{"__proto__":{"x":1}}\n');
    expect(Object.keys(items[0] as object)).toEqual(['__proto__']);
    expect(Reflect.getPrototypeOf(items[0] as object)).toBe(Object.prototype);
  });

  test('what is no JSON is an error at its line and column, after the values before it', async () => {
    const { items, error } = await parse('1\n2\n{"a":1 "b"}\n3\n');
    expect(items).toEqual([1, 2]);
    expect(error).toMatchObject({ code: 'ERR_MALFORMED_DATA', origin: 'f:3:8', cause: { name: 'SyntaxError' } });
    expect((await parse('  {"a":  \n')).error).toMatchObject({ line: 1, column: 8 });
    expect((await parse('1 2\n')).error).toMatchObject({ line: 1, column: 3 });
    expect((await parse('  oops\n')).error).toMatchObject({ line: 1, column: 3 });
  });

  test('a line over the limit is an error at its line, however it comes', async () => {
    for (const sizes of [[], [1], [3]]) {
      const { items, error } = await parse('"é"\n"ééé"\n1\n', 7, sizes);
      expect(items).toEqual(['é']);
      expect(error).toMatchObject({ line: 2, column: 1 });
      expect(String(error)).toContain('longer than 7 bytes');
    }
    expect((await parse('"é"\n"ééé"\n1\n', 8)).error).toBeUndefined();
  });

  test('a whole number beyond 2^53 is an error at its place that names the option', async () => {
    const { items, error } = await parse('1\n{"a": [9007199254740991, -9007199254740993]}\n');
    expect(items).toEqual([1]);
    expect(error).toMatchObject({ code: 'ERR_MALFORMED_DATA', origin: 'f:2:26' });
    expect(String(error)).toContain('the whole number -9007199254740993 would lose digits as a number, being beyond');
    expect(String(error)).toContain('the option "bigIntegers"');
  });

  test('whole numbers beyond 2^53 become what the option says', async () => {
    const text = '{"id":12345678901234567890,"n":9007199254740991}\n-9007199254740993\n9007199254740992\n';
    const read = async (bigIntegers: 'number' | 'bigint' | 'string') => {
      const { items, error } = await readPulls(valuesOf<unknown>(chunked(Buffer.from(text), []), 'f', { bigIntegers }));
      expect(error).toBeUndefined();
      return items;
    };
    expect(await read('number')).toEqual([
      { id: Number('12345678901234567890'), n: 9007199254740991 },
      -9007199254740992,
      9007199254740992,
    ]);
    expect(await read('bigint')).toEqual([
      { id: 12345678901234567890n, n: 9007199254740991 },
      -9007199254740993n,
      9007199254740992n,
    ]);
    expect(await read('string')).toEqual([
      { id: '12345678901234567890', n: 9007199254740991 },
      '-9007199254740993',
      '9007199254740992',
    ]);
  });
});

describe('ndjson.write', () => {
  test('empty objects are written, and what has a toJSON as that says', async () => {
    const map = Object.assign(new Map(), { toJSON: () => ({ is: {} }) });
    const promise = Object.assign(Promise.resolve(1), { toJSON: () => 'later' });
    const none = new (class extends Map {
      readonly toJSON = () => ({});
    })();
    await writeSink(ndjson.write(folder.file('empty')), [
      none,
      {},
      { a: {} },
      map,
      { promise, empty: {} },
      { big: 2, of: new Map() },
    ]);
    const lines = readFileSync(folder.file('empty'), 'utf8').split('\n');
    expect(lines).toEqual(['{}', '{}', '{"a":{}}', '{"is":{}}', '{"promise":"later","empty":{}}', '{"big":2,"of":{}}', '']);
  });

  test.each([
    [undefined, 'item 1 of the batch is undefined, for which there is no JSON'],
    [() => 1, 'item 1 of the batch is function'],
    [Symbol('s'), 'item 1 of the batch is symbol'],
    [
      Promise.resolve({ id: 1 }),
      "item 1 of the batch is a promise, of which JSON keeps nothing; wait for it before: io('wait', ",
    ],
    [
      { id: 1n, users: [{ name: Promise.resolve('Ada') }] },
      'item 1 of the batch cannot be written as JSON: Do not know how to serialize a BigInt',
    ],
    [
      { id: 1, users: [{ name: Promise.resolve('Ada') }] },
      'item 1 of the batch has the member "name", a promise, of which JSON keeps nothing',
    ],
    [new Map([[1, 2]]), 'item 1 of the batch is a Map, of which JSON keeps nothing; an array of its entries is [...item]'],
    [new Set([1]), 'item 1 of the batch is a Set, of which JSON keeps nothing'],
    [
      { big: 1n },
      'item 1 of the batch cannot be written as JSON: Do not know how to serialize a BigInt; the option "bigIntegers"',
    ],
  ])('%p is refused by its index', async (item, message) => {
    const error = await rejection(writeSink(ndjson.write(folder.file('bad')), [0, item]));
    expect(error).toMatchObject({ code: 'ERR_ITEM', index: 1 });
    expect(String(error)).toContain(message);
    expect(folder.names()).not.toContain('bad');
  });

  test('a bigint is written with all its digits when the option says how', async () => {
    const items = [{ a: 12345678901234567890n, b: ['1n', -1n, 'x:1'] }, 0n, { c: 1 }];
    const written = async (bigIntegers: 'number' | 'string') => {
      await writeSink(ndjson.write(folder.file('big'), { bigIntegers }), items);
      return readFileSync(folder.file('big'), 'utf8');
    };
    expect(await written('number')).toBe('{"a":12345678901234567890,"b":["1n",-1,"x:1"]}\n0\n{"c":1}\n');
    expect(await written('string')).toBe('{"a":"12345678901234567890","b":["1n","-1","x:1"]}\n"0"\n{"c":1}\n');
  });

  test('a cycle is refused, NaN becomes null as documented', async () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(await rejection(writeSink(ndjson.write(folder.file('bad')), [cycle]))).toMatchObject({ index: 0 });
    await writeSink(ndjson.write(folder.file('nan')), [Number.NaN]);
    expect((await readSource(ndjson.read(folder.file('nan')))).items).toEqual([null]);
  });

  test('what was written is read again, in chunks of any sizes', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.json(), { maxLength: 6 }), sizes, async (texts, some) => {
        const values: unknown[] = texts.map((text) => JSON.parse(text));
        // Compared as text: -0 is written as 0.
        const said = values.map((value) => JSON.stringify(value));
        await writeSink(ndjson.write(folder.file('values')), values);
        const whole = await readSource(ndjson.read(folder.file('values')));
        expect(whole.items.map((value) => JSON.stringify(value))).toEqual(said);
        const pieces = await readPulls(valuesOf(chunked(Buffer.from(`${said.join('\n')}\n`), some), 'f'));
        expect(pieces.items).toEqual(whole.items);
      }),
      { numRuns: 40 },
    );
  });
});
