import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { csv } from '@millrace/connectors';
import type { Source } from '@millrace/core';
import { DataError } from '../errors.js';
import { chunked, readPulls, readSource, TestFolder } from '../file/folder.fixture.js';
import { rowsOf } from './read.js';
import type { CsvReadOptions } from './read-options.js';

const parse = (text: string | Uint8Array, options?: CsvReadOptions, sizes: readonly number[] = []) =>
  readPulls(rowsOf(chunked(Buffer.from(text), sizes), 'f.csv', options));

const fault = async (text: string, options?: CsvReadOptions) => {
  const { error } = await parse(text, options);
  expect(error).toBeInstanceOf(DataError);
  return error instanceof DataError ? error.message : '';
};

describe('rows', () => {
  test('values are strings as they stand', async () => {
    const { items } = await parse('zip, n ,e\n00501, 1 ,\n');
    expect(items).toEqual([{ zip: '00501', ' n ': ' 1 ', e: '' }]);
  });

  test('quoted fields hold delimiters, quotes, LF, CR and CRLF as they are', async () => {
    const { items } = await parse('a,b\r\n"x,""y""","1\r\n2\n3\r"\r\n"",""\n');
    expect(items).toEqual([
      { a: 'x,"y"', b: '1\r\n2\n3\r' },
      { a: '', b: '' },
    ]);
  });

  test('a row is a plain object; __proto__, constructor and code-like headers are own properties', async () => {
    const headers = ['__proto__', 'constructor', 'toString', "'];x=1//", '\u2028', '\\', '7', ''];
    const { items } = await parse(`${headers.join(',')}\n${headers.map((_, index) => index).join(',')}\n`);
    const row = items[0] as object;
    expect(Reflect.getPrototypeOf(row)).toBe(Object.prototype);
    expect(Object.entries(row).sort()).toEqual(headers.map((header, index) => [header, `${index}`] as const).sort());
    expect(Object.getOwnPropertyDescriptor(row, '__proto__')).toEqual({
      value: '0',
      writable: true,
      enumerable: true,
      configurable: true,
    });
  });

  test('delimiter and quote can be chosen, and quotes switched off', async () => {
    expect((await parse("a\tb\n'x\ty'\t\"\n", { delimiter: '\t', quote: "'" })).items).toEqual([{ a: 'x\ty', b: '"' }]);
    expect((await parse('a\tb\n"x\ty"z\n', { delimiter: '\t', quote: false })).items).toEqual([{ a: '"x', b: 'y"z' }]);
  });

  test('columns pick and order those of a header, and name those of a file without one', async () => {
    const picked = await parse('a,b,c\n1,2,3\n', { columns: ['c', 'a'] });
    expect(picked.items.map((row) => Object.entries(row))).toEqual([
      [
        ['c', '3'],
        ['a', '1'],
      ],
    ]);
    expect((await parse('1,2\n', { header: false, columns: ['a', 'b'] })).items).toEqual([{ a: '1', b: '2' }]);
  });

  test('one column: a blank line is an empty field', async () => {
    expect((await parse('a\n\n1\n""\n')).items).toEqual([{ a: '' }, { a: '1' }, { a: '' }]);
    expect((await parse('\n\na,b\n\n1,2\n\n', { skipBlankLines: true })).items).toEqual([{ a: '1', b: '2' }]);
  });

  test('a header alone has no rows', async () => {
    expect(await parse('a,b')).toMatchObject({ items: [], error: undefined });
  });
});

describe('types', () => {
  const types = { n: 'number', b: 'boolean', i: 'bigint', d: 'date', o: 'number?' } as const;

  test('columns are read as they are declared', async () => {
    const { items } = await parse('n,b,i,d,o,s\n-1.5e3,TRUE,9007199254740993,2026-11-19,,007\n', { types });
    expect(items).toEqual([{ n: -1500, b: true, i: 9007199254740993n, d: new Date('2026-11-19T00:00:00Z'), o: null, s: '007' }]);
  });

  test.each([
    ['number', ['', ' 1', '1,5', '0x10', 'NaN', 'Infinity', '1e999', '9007199254740993', '--1', '.']],
    ['boolean', ['', '1', 'yes', 'true ']],
    ['bigint', ['', '1.0', '1n', '0x1']],
    ['date', ['', '2026-02-29', '2026-13-01', '19.11.2026', '2026-11-19T08:30', '2026-11-19T25:00Z']],
    ['number?', [' ', 'x']],
  ] as const)('what is no %s is an error at its place', async (type, texts) => {
    for (const text of texts) {
      const message = await fault(`a,v\n1,"${text}"\n`, { types: { v: type } });
      expect(message?.replace(/: (the type|a number|a date) .*$/, '')).toBe(
        `f.csv:2:3: ${JSON.stringify(text)} in the column "v" is no ${type}`,
      );
    }
  });

  test.each([
    ['number', '', 'is no number: the type "number?" reads an empty field as null'],
    ['number?', '9007199254740993', 'is no number?: a number would lose digits of it, and the type "bigint" loses none'],
    ['date', '19.11.2026', 'is no date: a date is 2026-11-19, or 2026-11-19T08:30:00Z with its zone'],
    ['number', 'n/a', 'is no number'],
  ] as const)('a %s that %j does not fit says what to do about it', async (type, text, end) => {
    const message = await fault(`a,v\n1,"${text}"\n`, { types: { v: type } });
    expect(message).toBe(`f.csv:2:3: ${JSON.stringify(text)} in the column "v" ${end}`);
  });

  test('rows have the types of the options', () => {
    const untyped = () => csv.read('f');
    const wide: AsyncIterable<{ items: readonly Record<string, string>[] }> = csv.read('f').open({ signal: AbortSignal.abort() });
    const typed = csv.read('f', { columns: ['a', 'n'], types: { n: 'number?' } });
    const own = csv.read<{ id: string }>('f', { delimiter: ';' });
    const exact: AsyncIterable<{ items: readonly { a: string; n: number | null }[] }> = typed.open({
      signal: AbortSignal.abort(),
    });
    const among = csv.read('f', { types: { n: 'number' } }).open({ signal: AbortSignal.abort() });
    const numbers = async () => {
      for await (const { items } of among) return items.map((row): [number, string | undefined] => [row.n, row.other]);
      return [];
    };
    // @ts-expect-error: a column that was not asked for is not there
    const absent: AsyncIterable<{ items: readonly { b: string }[] }> = typed.open({ signal: AbortSignal.abort() });
    type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
    // Not an intersection with nothing: the type is what editors show.
    const plain: Same<ReturnType<typeof untyped>, Source<Record<string, string>>> = true;
    expect([wide, exact, absent, own, numbers, plain]).toHaveLength(6);
  });
});

describe('malformed content', () => {
  test.each([
    ['a,b\n1,2,3\n', 'f.csv:2:5: too many fields: 3, where 2 should be'],
    ['a,b\n"x\ny",2\n1\n', 'f.csv:4:2: too few fields: 1, where 2 should be'],
    ['a,b\r\n1\r\n', 'f.csv:2:2: too few fields: 1, where 2 should be'],
    ['a,b\n1,2\n\n3,4\n', 'f.csv:3:1: a blank line where 2 fields should be; "skipBlankLines: true" would pass over it'],
    ['a,b,a\n1,2,3\n', 'f.csv:1:5: the header names "a" twice, as columns 1 and 3'],
    ['a\n"x"y\n', 'f.csv:2:4: text after a closing quote; a delimiter or a line break must follow'],
    ['a,b\n"x" ,1\n', 'f.csv:2:4: text after a closing quote; a delimiter or a line break must follow'],
    ['a,b\n"1\n2","x\n', 'f.csv:3:4: the quote that is opened here is never closed'],
    ['a\n5" nail\n', 'f.csv:2:2: a quote inside a field that does not begin with one; write """" within quotes'],
    ['a\n "x"\n', 'f.csv:2:2: a quote inside a field that does not begin with one; write """" within quotes'],
  ])('%j', async (text, message) => {
    expect(await fault(text)).toBe(message);
  });

  test('a carriage return alone is no line end', async () => {
    expect(await fault('a,b\r1,2\r')).toContain('f.csv:1:4: a carriage return without a line feed');
    expect(await fault('a,b\n"1",2\r3,4\n')).toContain('f.csv:2:6: a carriage return without a line feed');
  });

  test('columns and types that the header lacks are errors with a guess', async () => {
    expect(await fault('name,total\n', { columns: ['totl'] })).toBe(
      'f.csv:1:1: the header lacks the column "totl"; did you mean "total"?; it has "name", "total"',
    );
    expect(await fault('\nname\n', { types: { x: 'number' }, skipBlankLines: true })).toContain(
      'f.csv:2:1: the header lacks the column "x"',
    );
  });

  test('the rows before a fault come first, and the error carries its place', async () => {
    const { items, error } = await parse('a,b\n1,2\n3,"4\n5"\n6\n');
    expect(items).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4\n5' },
    ]);
    expect(error).toMatchObject({
      code: 'ERR_MALFORMED_DATA',
      name: 'DataError',
      file: 'f.csv',
      line: 5,
      column: 2,
      origin: 'f.csv:5:2',
    });
  });

  test('a record over the limit is an error at its start, however it comes', async () => {
    const text = `a,b\n1,2\n3,"${'x\n'.repeat(50)}"\n`;
    for (const sizes of [[], [1], [7]]) {
      const { items, error } = await parse(text, { maxRecordBytes: 50 }, sizes);
      expect(items).toEqual([{ a: '1', b: '2' }]);
      expect(error).toMatchObject({ line: 3, column: 1 });
    }
    expect((await parse(text, { maxRecordBytes: 105 })).error).toBeUndefined();
  });

  test('UTF-16 is recognised', async () => {
    const { error } = await parse(Buffer.from('\uFEFFa,b\n', 'utf16le'));
    expect(String(error)).toContain('f.csv:1:1: invalid UTF-8 at byte 0 of the text; the file seems to be UTF-16');
  });
});

describe('origins', () => {
  const folder = new TestFolder();
  afterAll(() => folder.remove());

  test('a record comes from the physical line where it starts', async () => {
    writeFileSync(folder.file('f.csv'), '\na,b\n1,"x\ny"\n\n2,"\n\n"\n3,\n');
    const { origin } = await readSource(csv.read(folder.file('f.csv'), { skipBlankLines: true }));
    expect([0, 1, 2].map(origin)).toEqual([3, 6, 9].map((line) => `${folder.file('f.csv')}:${line}:1`));
  });
});

describe('declaration', () => {
  test.each([
    [{ delimeter: ';' }, 'there is no option "delimeter"; did you mean "delimiter"?'],
    [{ delimiter: ';;' }, 'the option "delimiter" must be one character that is no quote and no line break, not \';;\''],
    [{ quote: ',' }, 'the options "quote" and "delimiter" must differ'],
    [{ header: 'yes' }, 'the option "header" must be true or false'],
    [{ header: false }, 'the option "columns" must name the columns'],
    [{ columns: ['a', 'a'] }, 'none of them twice'],
    [{ columns: ['total'], types: { totl: 'number' } }, 'names "totl", which is not among "columns"; did you mean "total"?'],
    [{ types: { a: 'float' } }, 'one of string, string?, number'],
    [{ maxRecordBytes: 0 }, 'a whole number of bytes, at least 1'],
    ['x', 'the options must be an object'],
  ])('%j is refused', (options, message) => {
    const declare = () => csv.read('f.csv', options as CsvReadOptions);
    expect(declare).toThrow(message);
    expect(declare).toThrow(expect.objectContaining({ code: 'ERR_OPTION', connector: 'csv.read' }));
  });

  test('undefined counts as absent, a path must be one', () => {
    expect(csv.read('f.csv', { delimiter: undefined, columns: undefined }).name).toBe('csv');
    expect(() => csv.read('')).toThrow('the path must be a non-empty string');
    const url = new URL('file:///in/orders.csv');
    expect(() => csv.read(url as unknown as string)).toThrow(
      'not the URL file:///in/orders.csv; fileURLToPath of node:url gives its path',
    );
  });
});
