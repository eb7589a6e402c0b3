import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { csv } from '@millrace/connectors';
import { rejection, TestFolder, writeSink } from '../file/folder.fixture.js';
import type { CsvWriteOptions } from './write.js';

const folder = new TestFolder();
afterAll(() => folder.remove());

async function written(items: readonly object[], options?: CsvWriteOptions): Promise<string> {
  await writeSink(csv.write(folder.file('out.csv'), options), items);
  return readFileSync(folder.file('out.csv'), 'utf8');
}

const refusal = async (items: readonly object[], options?: CsvWriteOptions) => {
  const error = await rejection(writeSink(csv.write(folder.file('bad.csv'), options), items));
  expect(error).toMatchObject({ code: 'ERR_ITEM' });
  expect(folder.names()).not.toContain('bad.csv');
  return String(error);
};

describe('csv.write', () => {
  test('values become text, null and undefined empty fields', async () => {
    const item = { s: '00501', n: -0.5, b: false, i: 12345678901234567890n, d: new Date(0), z: null, u: undefined };
    expect(await written([item])).toBe('s,n,b,i,d,z,u\n00501,-0.5,false,12345678901234567890,1970-01-01T00:00:00.000Z,,\n');
  });

  test('the columns are those of the option, else of the first item; a missing key is an empty field', async () => {
    expect(await written([{ b: 1, a: 2 }, { a: 3 }])).toBe('b,a\n1,2\n,3\n');
    expect(await written([{ b: 1 }, {}], { columns: ['a', 'b'] })).toBe('a,b\n,1\n,\n');
    expect(await written([Object.create({ a: 'inherited' }) as object], { columns: ['a', 'toString'] })).toBe('a,toString\n,\n');
  });

  test('a run without items writes the header when the columns are known', async () => {
    expect(await written([], { columns: ['a', 'b'] })).toBe('a,b\n');
    expect(await written([], { columns: ['a'], header: false })).toBe('');
    expect(await written([{ a: 1 }], { columns: ['a'], header: false })).toBe('1\n');
  });

  test('only what needs quotes gets them, and a blank line is none', async () => {
    expect(
      await written(
        [
          { a: 'x;y', b: 'x,y' },
          { a: '"', b: '\r' },
        ],
        { delimiter: ';', newline: '\r\n' },
      ),
    ).toBe('a;b\r\n"x;y";x,y\r\n"""";"\r"\r\n');
    expect(await written([{ a: '' }])).toBe('a\n""\n');
  });

  test('nothing is lost in silence', async () => {
    expect(await refusal([{ a: 1 }, { a: 1, extra: 2 }])).toContain(
      'item 1 of the batch has the key "extra", which is no column',
    );
    expect(await refusal([{ a: {} }])).toContain('item 0 of the batch has in the column "a" a value that is of type object');
    expect(await refusal([{ a: [] }])).toContain('a value that is an array');
    expect(await refusal([{ a: new Date(Number.NaN) }])).toContain('an invalid Date');
    expect(await refusal([{ a: 'ok' }, { a: '\ud800' }])).toContain('item 1 of the batch holds half of a surrogate pair');
    expect(await refusal([['x']])).toContain('item 0 of the batch is an array');
    expect(await refusal([new Map()], { columns: ['a'] })).toContain('is a Map, Set or Date');
    expect(await refusal([Promise.reject(new Error('nobody looks at it'))])).toContain(
      'item 0 of the batch is a promise; wait for it before',
    );
    expect(await refusal([{}])).toContain('has no keys');
    expect(await refusal(JSON.parse('[1]'))).toContain('is no object but number');
  });

  test('a bad first item leaves the columns to the next one', async () => {
    const context = { signal: new AbortController().signal };
    const writer = await csv.write(folder.file('out.csv')).open(context);
    expect(await rejection(writer.write([{ wrong: [] }, { a: 1 }], context))).toMatchObject({ index: 0 });
    await writer.write([{ a: 1 }], context);
    await writer.commit();
    expect(readFileSync(folder.file('out.csv'), 'utf8')).toBe('a\n1\n');
  });

  test('options are checked at the declaration', () => {
    expect(() => csv.write('f', JSON.parse('{"newLine":"\\n"}'))).toThrow('did you mean "newline"?');
    expect(() => csv.write('f', { columns: [] })).toThrow('a list of at least one name');
    expect(() => csv.write('f', { columns: ['\ud800'] })).toThrow('half of a surrogate pair');
  });
});
