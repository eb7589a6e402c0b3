import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { json } from '@millrace/connectors';
import fc from 'fast-check';
import streamArray from 'stream-json/streamers/stream-array.js';
import { chunked, readPulls, readSource, rejection, TestFolder, writeSink } from '../file/folder.fixture.js';
import { itemsOf, type JsonReadOptions } from './read.js';

const folder = new TestFolder();
afterAll(() => folder.remove());

const parse = (text: string | Uint8Array, options: JsonReadOptions = {}, sizes: readonly number[] = []) =>
  readPulls(itemsOf<unknown>(chunked(Buffer.from(text), sizes), 'f', options));

describe('json.read', () => {
  test('the items of an array come in order, each with its place', async () => {
    const text = '\uFEFF [ 1,\r\n {"a": ["]", "\\"}"]}\n,\n\n  "é😀" , [] ,null]\n ';
    for (const sizes of [[], [1], [3, 5]]) {
      const { items, origin, error } = await parse(text, {}, sizes);
      expect(error).toBeUndefined();
      expect(items).toEqual([1, { a: [']', '"}'] }, 'é😀', [], null]);
      expect(items.map((_, index) => origin(index))).toEqual(['f:1:4', 'f:2:2', 'f:5:3', 'f:5:11', 'f:5:15']);
    }
  });

  test('a pull has at most 1024 items', async () => {
    const { items, pulls } = await parse(JSON.stringify(Array.from({ length: 3000 }, (_, index) => index)));
    expect(items).toHaveLength(3000);
    expect(pulls).toEqual([1024, 1024, 952]);
  });

  test('an item comes before the next one is there', async () => {
    async function* slow() {
      yield Buffer.from('[1');
      yield Buffer.from(', 2, ');
      throw new Error('nothing came');
    }
    const { items, error } = await readPulls(itemsOf(slow(), 'f'));
    expect(items).toEqual([1, 2]);
    expect(String(error)).toContain('nothing came');
  });

  test('"at" leads to the array, and what lies beside it is read too', async () => {
    const text = '{"a": {"items": [0]}, "data": {"n": [1, "items"], "items": [1, 2], "x": {}}, "z": null}';
    for (const at of ['data.items', ['data', 'items']]) {
      for (const sizes of [[], [1]]) {
        expect(await parse(text, { at }, sizes)).toMatchObject({ items: [1, 2], error: undefined });
      }
    }
    expect((await parse('{"a.b": [1]}', { at: ['a.b'] })).items).toEqual([1]);
  });

  test.each<[string, JsonReadOptions, string, unknown[], string]>([
    ['', {}, '1:1', [], 'an array should be here, not the end of the file'],
    ['{"a":[1]}', {}, '1:1', [], 'an array should be here, not "{"; the option "at"'],
    ['[1, 2', {}, '1:6', [1, 2], 'a comma or the end of the array should be here, not the end of the file'],
    ['[1, 2,', {}, '1:7', [1, 2], 'a value should be here, not the end of the file'],
    ['[1,\n]', {}, '2:1', [1], 'a value should be here, not "]"'],
    ['[,1]', {}, '1:2', [], 'a value should be here, not ","'],
    ['[1 2]', {}, '1:4', [1], 'a comma or the end of the array should be here, not "2"'],
    ['[1,\n {"a":\n 1 "b"}]', {}, '3:4', [1], 'this is no JSON value: '],
    ['[1, "ab', {}, '1:8', [1], 'this is no JSON value: Unterminated string'],
    ['[1, {"a": [1]', {}, '1:14', [1], 'this is no JSON value: '],
    ['[1, {"a": 1]]', {}, '1:12', [1], 'this is no JSON value: '],
    ['[1, {"a":\n\n [true, tru]}]', {}, '3:12', [1], 'this is no JSON value: '],
    ['[1, oops]', {}, '1:5', [1], 'this is no JSON value: '],
    ['[1]\n [2]', {}, '2:2', [1], 'text behind the end of the JSON value'],
    ['{"a":[1]', { at: 'a' }, '1:9', [1], 'a comma or the end of the object should be here, not the end of the file'],
    ['{"a":[1], b:1}', { at: 'a' }, '1:11', [1], 'a key in quotes should be here, not "b"'],
    ['{"a":[1], "b":oops}', { at: 'a' }, '1:15', [1], 'this is no JSON value: '],
    ['{"a":[1],\n "a":[2]}', { at: 'a' }, '2:2', [1], 'the key "a", on the way to the array, is there for the second time'],
    ['{"a" [1]}', { at: 'a' }, '1:6', [], 'a colon should be here, not "["'],
    ['{"item":[1]}', { at: 'items' }, '1:12', [], 'lacks the key "items"; did you mean "item"?; its keys are "item"'],
    ['{"a":{}}', { at: 'a.b' }, '1:7', [], 'lacks the key "b"; its keys are none'],
    ['{"a":[1]}', { at: 'a.b' }, '1:6', [], 'an object with the key "b" should be here, not "["'],
    ['["aaaa", "aaaaaaaaa"]', { maxItemBytes: 10 }, '1:10', ['aaaa'], 'the value is longer than 10 bytes'],
    ['["ééé", "éééé\\n"]', { maxItemBytes: 10 }, '1:9', ['ééé'], 'the value is longer than 10 bytes'],
    ['[1,\n {"a": 9007199254740993}]', {}, '2:8', [1], 'the whole number 9007199254740993 would lose digits'],
  ])('%s is an error at its place, after the items before it', async (text, options, place, before, message) => {
    for (const sizes of [[], [1], [2, 3]]) {
      const { items, error } = await parse(text, options, sizes);
      expect(error).toMatchObject({ code: 'ERR_MALFORMED_DATA', origin: `f:${place}` });
      expect(String(error)).toContain(message);
      expect(items).toEqual(before);
    }
  });

  test('invalid UTF-8 is an error at its place, after the items before it', async () => {
    const start = Buffer.from('[1,\n"é');
    for (const [bad, at] of [
      [[0xe2, 0x28], 8],
      [[0xff], 8],
      [[0xe2, 0x82], 8],
    ] as const) {
      for (const sizes of [[], [1], [2, 3]]) {
        const { items, error } = await parse(Buffer.concat([start, Buffer.from(bad)]), {}, sizes);
        expect(items).toEqual([1]);
        expect(error).toMatchObject({ code: 'ERR_MALFORMED_DATA', origin: 'f:2:3' });
        expect(String(error)).toContain(`invalid UTF-8 at byte ${at - 1} of the text`);
      }
    }
    expect(String((await parse(Buffer.from('[1]', 'utf16le'), {})).error)).toMatch(/no JSON|should be here/);
    expect(String((await parse(Buffer.from([0xff, 0xfe, 0x5b, 0]), {})).error)).toContain('seems to be UTF-16');
  });

  test('long numbers become what the option says, also where a chunk cuts them', async () => {
    const text = '[12345678901234567890, {"a": -9007199254740993, "b": "12345678901234567890"}]';
    for (const sizes of [[], [1], [7]]) {
      expect((await parse(text, { bigIntegers: 'bigint' }, sizes)).items).toEqual([
        12345678901234567890n,
        { a: -9007199254740993n, b: '12345678901234567890' },
      ]);
      expect((await parse(text, { bigIntegers: 'string' }, sizes)).items[0]).toBe('12345678901234567890');
      expect((await parse(text, { bigIntegers: 'number' }, sizes)).items).toEqual(JSON.parse(text));
    }
  });

  test('any array gives what JSON.parse and stream-json give, in chunks of any sizes', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
    const space = fc.constantFrom(undefined, 1, '\t');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 6 }), space, sizes, async (array, indent, some) => {
        const text = JSON.stringify(array, null, indent);
        const { items, error } = await parse(text, { bigIntegers: 'number' }, some);
        expect(error).toBeUndefined();
        expect(items).toEqual(JSON.parse(text));
        if (text.includes('__proto__')) return;
        const oracle: unknown[] = [];
        const stream = Readable.from([Buffer.from(text)]).pipe(streamArray.withParserAsStream());
        for await (const { value } of stream) oracle.push(value);
        expect(items).toEqual(oracle);
      }),
      { numRuns: 150 },
    );
  });

  test('no text is taken that JSON.parse refuses, and none refused that it takes', async () => {
    const token = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      'true',
      ' ',
      '\n',
      '\\',
      '1e5',
      '""',
      '[]',
      '{"a":1}',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(token, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), async (tokens, size) => {
        const text = `[${tokens.join('')}`;
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expected = undefined;
        }
        const { items, error } = await parse(text, {}, [size]);
        if (Array.isArray(expected)) expect({ items, error }).toEqual({ items: expected, error: undefined });
        else expect(error).toMatchObject({ code: 'ERR_MALFORMED_DATA' });
      }),
      { numRuns: 2000 },
    );
  });

  test('an array much longer than an item may be is read through a window', async () => {
    const item = { text: 'x'.repeat(1000) };
    async function* endless() {
      yield Buffer.from('[');
      for (let count = 0; count < 20_000; count++) yield Buffer.from(`${count === 0 ? '' : ','}${JSON.stringify(item)}`);
      yield Buffer.from(']');
    }
    let count = 0;
    for await (const pull of itemsOf(endless(), 'f', { maxItemBytes: 2000 })) count += pull.items.length;
    expect(count).toBe(20_000);
  });

  test('files of a glob are arrays one after the other, gzip too', async () => {
    writeFileSync(folder.file('1.json'), '[1, 2]');
    writeFileSync(folder.file('2.json'), gzipSync('[]'));
    writeFileSync(folder.file('3.json'), gzipSync('[3]'));
    const { items, origin } = await readSource(json.read(folder.file('?.json')));
    expect(items).toEqual([1, 2, 3]);
    expect(origin(2)).toBe(`${folder.file('3.json')}:1:2`);
  });

  test.each(['', '.', 'a.', [], [''], 3])('%p leads nowhere and is refused at the declaration', (at) => {
    expect(() => json.read('f', { at: at as never })).toThrow('the option "at" must be keys with points between them');
  });
});

describe('json.write', () => {
  test('writes an array, one item a line, in any batches', async () => {
    await writeSink(json.write(folder.file('out')), [], [1, { a: 'é' }], [], ['x'], []);
    expect(readFileSync(folder.file('out'), 'utf8')).toBe('[\n1,\n{"a":"é"},\n"x"\n]\n');
    await writeSink(json.write(folder.file('out.gz')), [1]);
    expect(gunzipSync(readFileSync(folder.file('out.gz'))).toString()).toBe('[\n1\n]\n');
  });

  test('without items the file is an empty array', async () => {
    for (const batches of [[], [[]]]) {
      await writeSink(json.write(folder.file('out')), ...batches);
      expect(readFileSync(folder.file('out'), 'utf8')).toBe('[]\n');
    }
  });

  test('an item that cannot be written is refused by its index, also as the first', async () => {
    const error = await rejection(writeSink(json.write(folder.file('bad')), [undefined]));
    expect(error).toMatchObject({ code: 'ERR_ITEM', index: 0, message: expect.stringContaining('json.write: item 0') });
    expect(await rejection(writeSink(json.write(folder.file('bad')), [1, 2n]))).toMatchObject({ index: 1 });
    await writeSink(json.write(folder.file('big'), { bigIntegers: 'number' }), [12345678901234567890n]);
    expect(readFileSync(folder.file('big'), 'utf8')).toBe('[\n12345678901234567890\n]\n');
  });

  test('what was written is read again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 6 }), fc.nat(6), async (items, cut) => {
        await writeSink(json.write(folder.file('values')), items.slice(0, cut), items.slice(cut));
        const { items: again, error } = await readSource(json.read(folder.file('values')));
        expect(error).toBeUndefined();
        expect(JSON.stringify(again)).toBe(JSON.stringify(items));
      }),
      { numRuns: 40 },
    );
  });
});
