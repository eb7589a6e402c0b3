import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { csv } from '@millrace/connectors';
import fc from 'fast-check';
import { type Duck, openDuck } from '../duckdb.fixture.js';
import { readSource, TestFolder, writeSink } from '../file/folder.fixture.js';

let duck: Duck;
let folder: TestFolder;
let path: string;
beforeAll(async () => {
  duck = await openDuck();
});
afterAll(() => duck.close());
beforeEach(() => {
  folder = new TestFolder();
  path = folder.file('table.csv');
});
afterEach(() => folder.remove());

// Text that CSV is hard on. DuckDB takes no NUL.
const piece = fc.constantFrom(
  '"',
  '""',
  ',',
  ';',
  '\t',
  '\n',
  '\r\n',
  '\r',
  ' ',
  "'",
  '\\',
  '|',
  '#',
  'NULL',
  '0',
  'é',
  '🚀',
  'a,b',
  'x"y',
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'grapheme-ascii' }),
);
const cell = fc.option(text, { freq: 6 });
const rows = fc.array(fc.record({ first: cell, second: cell, third: cell }), { minLength: 1, maxLength: 30 });
const dialect = fc.constantFrom(',', ';', '\t', '|');

/** CSV has one word for null and the empty text. */
const emptied = (table: readonly Readonly<Record<string, string | null>>[]) =>
  table.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? ''])));

const quoted = (value: string | null) => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);

describe('CSV, with DuckDB on the other side', () => {
  test('what is written, DuckDB reads equal', async () => {
    await fc.assert(
      fc.asyncProperty(rows, dialect, fc.constantFrom('\n', '\r\n' as const), async (table, delimiter, newline) => {
        await writeSink(csv.write(path, { delimiter, newline: newline as '\n' | '\r\n' }), table);
        const asked = await duck.ask(
          `SELECT * FROM read_csv('${path}', auto_detect = false, header = true, delim = '${delimiter}', quote = '"', escape = '"',
            new_line = '${newline === '\n' ? '\\n' : '\\r\\n'}', columns = { 'first': 'VARCHAR', 'second': 'VARCHAR', 'third': 'VARCHAR' }, nullstr = '')`,
        );
        expect(emptied(asked as Record<string, string | null>[])).toEqual(emptied(table));
      }),
      { numRuns: 40 },
    );
  });

  test('what DuckDB writes, is read equal', async () => {
    await fc.assert(
      fc.asyncProperty(rows, dialect, fc.boolean(), async (table, delimiter, force) => {
        const values = table.map(({ first, second, third }) => `(${[first, second, third].map(quoted).join(', ')})`).join(', ');
        await duck.run(
          `COPY (SELECT * FROM (VALUES ${values}) t(first, second, third))
           TO '${path}' (FORMAT csv, HEADER true, DELIMITER '${delimiter}'${force ? ', FORCE_QUOTE *' : ''})`,
        );
        const { items, error } = await readSource(csv.read(path, { delimiter }));
        expect(error).toBeUndefined();
        expect(items).toEqual(emptied(table));
      }),
      { numRuns: 40 },
    );
  });

  test('typed columns are what DuckDB makes of them', async () => {
    // A whole number beyond 2^53 is refused here.
    const number = fc
      .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
      .filter((value) => Number.isSafeInteger(value) || !/^-?\d+$/.test(String(value)));
    const record = fc.record({ n: fc.option(number), b: fc.boolean(), i: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 30 }), async (table) => {
        writeFileSync(path, `n,b,i\n${table.map(({ n, b, i }) => `${n ?? ''},${b},${i}\n`).join('')}`);
        const { items } = await readSource(csv.read(path, { types: { n: 'number?', b: 'boolean', i: 'bigint' } }));
        const asked = await duck.ask(
          `SELECT * FROM read_csv('${path}', auto_detect = false, header = true, columns = { 'n': 'DOUBLE', 'b': 'BOOLEAN', 'i': 'BIGINT' })`,
        );
        expect(items).toEqual(asked);
      }),
      { numRuns: 30 },
    );
  });
});
