import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { csv } from '@millrace/connectors';
import fc from 'fast-check';
import { chunked, readPulls, readSource, TestFolder, writeSink } from '../file/folder.fixture.js';
import { rowsOf } from './read.js';

const folder = new TestFolder();
afterAll(() => folder.remove());

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ' ', 'a', 'é', '😀', '\uFEFF', ';') }),
  fc.string({ unit: 'binary' }),
);
const names = fc.uniqueArray(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'a', '1')), {
  minLength: 1,
  maxLength: 5,
});
const table = names.chain((columns) =>
  fc.record({
    columns: fc.constant(columns),
    rows: fc.array(fc.tuple(...columns.map(() => text)), { maxLength: 8 }),
    delimiter: fc.constantFrom(',', ';', '\t', '|', '^', ']', '-', '\\', ' '),
    newline: fc.constantFrom('\n' as const, '\r\n' as const),
  }),
);
const chunkSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

describe('csv', () => {
  test('what was written is read again, in chunks of any sizes', async () => {
    await fc.assert(
      fc.asyncProperty(table, chunkSizes, async ({ columns, rows, delimiter, newline }, sizes) => {
        const path = folder.file('table.csv');
        const items = rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
        await writeSink(csv.write(path, { columns, delimiter, newline }), items);
        const whole = await readSource(csv.read(path, { delimiter }));
        expect(whole.error).toBeUndefined();
        expect(whole.items.map((row) => Object.entries(row))).toEqual(items.map((row) => Object.entries(row)));
        const pieces = await readPulls(rowsOf(chunked(readFileSync(path), sizes), path, { delimiter }));
        expect(pieces.error).toBeUndefined();
        expect(pieces.items.map((row) => Object.entries(row))).toEqual(items.map((row) => Object.entries(row)));
      }),
      { numRuns: 50 },
    );
  });

  test('any bytes give the same rows, origins and error, whatever the chunks', async () => {
    const unit = fc.constantFrom('"', '"', ',', '\n', '\r\n', '\r', 'a', 'é', '😀', '""', '","', '\n"');
    const junk = fc.constantFrom(
      Buffer.alloc(0),
      Buffer.from([0xc3]),
      Buffer.from([0xff, 0x0a]),
      Buffer.from([0xed, 0xa0, 0x80]),
    );
    const bytes = fc.tuple(fc.string({ unit, maxLength: 60 }), junk, fc.string({ unit, maxLength: 10 }));
    await fc.assert(
      fc.asyncProperty(bytes, chunkSizes, fc.boolean(), async ([start, middle, end], sizes, skipBlankLines) => {
        const content = Buffer.concat([Buffer.from(`a\n${start}`), middle, Buffer.from(end)]);
        const read = async (chunks: AsyncIterable<Uint8Array>) => {
          const { items, error, origin } = await readPulls(rowsOf(chunks, 'f.csv', { skipBlankLines }));
          return { items, error: String(error), origins: items.map((_, index) => origin(index)) };
        };
        expect(await read(chunked(content, sizes))).toEqual(await read(chunked(content, [])));
      }),
      { numRuns: 500 },
    );
  });

  test('well-formed records mean what RFC 4180 says, read character by character', async () => {
    const plain = fc.string({ unit: fc.constantFrom('a', ' ', 'é', "'"), maxLength: 3 });
    const quoted = fc
      .string({ unit: fc.constantFrom('a', '""', ',', '\n', '\r', ' '), maxLength: 4 })
      .map((inner) => `"${inner}"`);
    const lineEnd = fc.constantFrom('\n', '\r\n');
    const record = fc.tuple(fc.tuple(fc.oneof(plain, quoted), fc.oneof(plain, quoted)), lineEnd);
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 12 }), chunkSizes, async (records, sizes) => {
        const content = records.map(([fields, end]) => fields.join(',') + end).join('');
        const value = (field: string) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
        const expected = records.map(([fields]) => ({ x: value(fields[0]), y: value(fields[1]) }));
        const options = { header: false, columns: ['x', 'y'] };
        const { items, error, origin } = await readPulls(rowsOf(chunked(Buffer.from(content), sizes), 'f', options));
        expect(error).toBeUndefined();
        expect(items).toEqual(expected);
        let line = 1;
        records.forEach(([fields, end], index) => {
          expect(origin(index)).toBe(`f:${line}:1`);
          line += (fields.join(',') + end).split('\n').length - 1;
        });
      }),
      { numRuns: 200 },
    );
  });
});
