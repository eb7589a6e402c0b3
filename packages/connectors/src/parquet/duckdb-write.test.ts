import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ParquetSchema, type ParquetWriteOptions, parquet } from '@millrace/connectors';
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
  path = folder.file('out.parquet');
});
afterEach(() => folder.remove());

const write = (rows: readonly object[], options?: ParquetWriteOptions) => writeSink(parquet.write(path, options), rows);
const ask = (columns = '*') => duck.ask(`SELECT ${columns} FROM '${path}'`);

describe('files that are written', () => {
  test.each(['snappy', 'gzip', 'none'] as const)(
    'are read by DuckDB as they were, in row groups, with %s',
    async (compression) => {
      const rows = Array.from({ length: 2500 }, (_, i) => ({
        id: i,
        kind: `k${i % 3}`,
        note: i % 7 === 0 ? null : `é "${i}"`,
        odd: i % 2 === 1,
      }));
      const sink = parquet.write(path, { compression, rowGroup: 1000 });
      await writeSink(sink, rows.slice(0, 900), rows.slice(900, 2100), rows.slice(2100));
      expect(await ask()).toEqual(rows);
      const groups = await duck.ask(
        `SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata('${path}') ORDER BY 1`,
      );
      expect(groups.map(({ row_group_num_rows }) => Number(row_group_num_rows))).toEqual([1000, 1000, 500]);
      const [first] = await duck.ask(`SELECT compression FROM parquet_metadata('${path}') LIMIT 1`);
      expect(first).toEqual({ compression: compression === 'none' ? 'UNCOMPRESSED' : compression.toUpperCase() });
    },
  );

  test('have the types of the schema, and nulls only where they are allowed', async () => {
    const schema: ParquetSchema = {
      text: 'string',
      flag: 'boolean?',
      small: 'int32',
      large: 'int64?',
      real: 'double',
      raw: 'bytes',
      day: 'date',
      at: 'timestamp',
      local: 'localTimestamp',
      id: 'uuid',
      doc: 'json?',
      cents: 'decimal(9,2)',
      euros: 'decimal(18,4)',
      huge: 'decimal(38,0)?',
    };
    await write(
      [
        {
          text: '',
          flag: null,
          small: -(2 ** 31),
          large: 2n ** 63n - 1n,
          real: Number.NaN,
          raw: new Uint8Array([0, 255]),
          day: '1969-12-31',
          at: '2026-11-25T08:30:00.123456+01:00',
          local: '2026-11-25T08:30:00.5',
          id: '6F9619FF-8B86-D011-B42D-00CF4FC964FF',
          doc: { a: [1, 'é'] },
          cents: '-12.5',
          euros: 0.0001,
          huge: -(10n ** 38n) + 1n,
        },
      ],
      { schema },
    );
    const described = await duck.ask(`DESCRIBE SELECT * FROM '${path}'`);
    expect(described.map(({ column_type }) => column_type)).toEqual([
      'VARCHAR',
      'BOOLEAN',
      'INTEGER',
      'BIGINT',
      'DOUBLE',
      'BLOB',
      'DATE',
      'TIMESTAMP WITH TIME ZONE',
      'TIMESTAMP',
      'UUID',
      'JSON',
      'DECIMAL(9,2)',
      'DECIMAL(18,4)',
      'DECIMAL(38,0)',
    ]);
    const [row] = await ask('COLUMNS(*)::VARCHAR');
    expect(Object.values(row!)).toEqual([
      '',
      null,
      '-2147483648',
      '9223372036854775807',
      'nan',
      '\\x00\\xFF',
      '1969-12-31',
      '2026-11-25 07:30:00.123456+00',
      '2026-11-25 08:30:00.5',
      '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
      '{"a":[1,"é"]}',
      '-12.50',
      '0.0001',
      `-${'9'.repeat(38)}`,
    ]);
    const schemaRows = await duck.ask(`SELECT repetition_type FROM parquet_schema('${path}') WHERE type IS NOT NULL`);
    expect(schemaRows.map(({ repetition_type }) => repetition_type === 'OPTIONAL')).toEqual(
      Object.values(schema).map((type) => type.endsWith('?')),
    );
  });

  test('have the types of the first batch, when no schema is given', async () => {
    const at = new Date('2026-11-25T08:30:00.250Z');
    const first = { name: 'a', count: 1, big: 7n, on: true, at, raw: new Uint8Array([1]), tags: ['x'] };
    await writeSink(parquet.write(path), [{ name: null }, first], [{ name: 'b', count: 0.5 }]);
    expect(
      await ask(
        'name, count, big, "on", ("at" = TIMESTAMPTZ \'2026-11-25 08:30:00.25+00\') AS moment, (raw = \'\\x01\'::BLOB) AS raw, tags::VARCHAR AS tags',
      ),
    ).toEqual([
      { name: null, count: null, big: null, on: null, moment: null, raw: null, tags: null },
      { name: 'a', count: 1, big: 7n, on: true, moment: true, raw: true, tags: '["x"]' },
      { name: 'b', count: 0.5, big: null, on: null, moment: null, raw: null, tags: null },
    ]);
  });

  test('tell 0 from -0, also where values repeat', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => ({ zero: i % 2 === 0 ? 0 : -0 }));
    await write(rows);
    expect((await readSource(parquet.read(path))).items).toEqual(rows);
    expect(await duck.ask(`SELECT count(*) FILTER (zero::VARCHAR = '-0.0')::INTEGER AS negative FROM '${path}'`)).toEqual([
      { negative: 100 },
    ]);
  });

  test('without rows have the columns of the schema', async () => {
    await write([], { schema: { a: 'int32', b: 'string?' } });
    expect(await ask()).toEqual([]);
    expect((await duck.ask(`DESCRIBE SELECT * FROM '${path}'`)).map(({ column_name }) => column_name)).toEqual(['a', 'b']);
    await write([]);
    expect(await readSource(parquet.read(path))).toMatchObject({ items: [], error: undefined });
  });

  test('hold any table: what DuckDB reads and what is read back is what was written', async () => {
    const row = fc.record({
      s: fc.option(fc.string({ unit: 'binary' })),
      n: fc.option(fc.double()),
      i: fc.integer(),
      b: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      f: fc.boolean(),
      d: fc.option(fc.date({ noInvalidDate: true, min: new Date(-1e14), max: new Date(1e14) })),
    });
    const schema: ParquetSchema = { s: 'string?', n: 'double?', i: 'int32', b: 'int64?', f: 'boolean', d: 'timestamp?' };
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 70 }),
        async (rows, rowGroup) => {
          await write(rows, { schema, rowGroup });
          const { items, error } = await readSource(parquet.read(path, { bigIntegers: 'string' }));
          expect(error).toBeUndefined();
          const told = ({ b, ...rest }: (typeof rows)[number]) => ({ ...rest, b: b === null ? null : String(b) });
          expect(items.map((item) => ({ ...item, b: item.b === null ? null : String(item.b) }))).toEqual(rows.map(told));
          const asked = await ask('s, n, i, b, f, epoch_ms(d) AS d');
          expect(asked).toEqual(rows.map((one) => ({ ...one, d: one.d === null ? null : BigInt(one.d.getTime()) })));
        },
      ),
      { numRuns: 25 },
    );
  });
});
