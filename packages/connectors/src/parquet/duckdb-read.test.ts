import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LossyValueError, type ParquetReadOptions, parquet } from '@millrace/connectors';
import { type Duck, openDuck } from '../duckdb.fixture.js';
import { readSource, TestFolder } from '../file/folder.fixture.js';

let duck: Duck;
let folder: TestFolder;
beforeAll(async () => {
  duck = await openDuck();
});
afterAll(() => duck.close());
beforeEach(() => {
  folder = new TestFolder();
});
afterEach(() => folder.remove());

async function stored(query: string, options = ''): Promise<string> {
  const path = folder.file('in.parquet');
  await duck.run(`COPY (${query}) TO '${path}' (FORMAT parquet${options})`);
  return path;
}

const rowsOf = async (query: string, options?: ParquetReadOptions, layout?: string) => {
  const { items, error } = await readSource(parquet.read(await stored(query, layout), options));
  if (error !== undefined) throw error;
  return items;
};

/** What one value is read as. */
const readOf = async (expression: string, options?: ParquetReadOptions) =>
  (await rowsOf(`SELECT ${expression} AS v`, options))[0]?.v;

describe('files that DuckDB wrote', () => {
  // Some columns repeat few values and so get a dictionary, others do not; all have nulls but one.
  const table = `
    SELECT i AS id, CASE WHEN i % 3 = 0 THEN NULL ELSE (i * 7919) % 100003 END AS number,
      CASE WHEN i % 5 = 0 THEN NULL ELSE i / 7.0::DOUBLE END AS ratio, (i % 4)::VARCHAR AS kind,
      CASE WHEN i % 11 = 0 THEN NULL ELSE 'text "' || i || '" é🚀' END AS note, CASE WHEN i % 2 = 0 THEN NULL ELSE i % 4 = 1 END AS flag
    FROM range(6000) r(i)`;

  test.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])('are read equal, with %s', async (compression) => {
    const path = await stored(table, `, COMPRESSION ${compression}, ROW_GROUP_SIZE 2048`);
    const { items } = await readSource(parquet.read(path));
    const expected = await duck.ask(
      `SELECT id::INTEGER AS id, number::INTEGER AS number, * EXCLUDE (id, number) FROM (${table})`,
    );
    expect(items).toEqual(expected);
  });

  test.each(['V1', 'V2'])('are read equal in pages of version %s', async (version) => {
    const { items } = await readSource(parquet.read(await stored(table, `, PARQUET_VERSION ${version}, ROW_GROUP_SIZE 4096`)));
    expect(items).toEqual(
      await duck.ask(`SELECT id::INTEGER AS id, number::INTEGER AS number, * EXCLUDE (id, number) FROM (${table})`),
    );
  });

  test('an empty table has no rows', async () => {
    expect(await rowsOf('SELECT 1 AS a WHERE false')).toEqual([]);
  });
});

describe('values', () => {
  test('small whole numbers of every width are numbers', async () => {
    for (const type of ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT']) expect(await readOf(`(-100)::${type}`)).toBe(-100);
    expect(await readOf('255::UTINYINT')).toBe(255);
    expect(await readOf('65535::USMALLINT')).toBe(65_535);
    expect(await readOf('4294967295::UINTEGER')).toBe(4_294_967_295);
    expect(await readOf('9007199254740991::UBIGINT')).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('whole numbers beyond 2^53 follow the option, those below stay numbers', async () => {
    const query = 'SELECT unnest([1, 9007199254740992, -9223372036854775808])::BIGINT AS v';
    const valuesBy = async (bigIntegers: 'bigint' | 'string' | 'number') =>
      (await rowsOf(query, { bigIntegers })).map(({ v }) => v);
    expect(await valuesBy('bigint')).toEqual([1, 9007199254740992n, -9223372036854775808n]);
    expect(await valuesBy('string')).toEqual([1, '9007199254740992', '-9223372036854775808']);
    expect(await valuesBy('number')).toEqual([1, 2 ** 53, -(2 ** 63)]);
    expect(await readOf('18446744073709551615::UBIGINT', { bigIntegers: 'string' })).toBe('18446744073709551615');
  });

  test('by default they are an error that names row, column and option, after the rows before it', async () => {
    const path = await stored('SELECT i AS a, CASE WHEN i = 2500 THEN 9007199254740993 ELSE i END AS b FROM range(5000) r(i)');
    const { items, error } = await readSource(parquet.read(path));
    expect(items).toHaveLength(2500);
    expect(error).toBeInstanceOf(LossyValueError);
    expect(error).toMatchObject({
      code: 'ERR_LOSSY_VALUE',
      column: 'b',
      option: 'bigIntegers',
      origin: `${path}#2501`,
    });
    expect((error as Error).message).toBe(
      `${path}#2501: the column "b" holds 9007199254740993, which a number cannot hold exactly; ` +
        'the option "bigIntegers" says what becomes of such values',
    );
    expect((await readSource(parquet.read(path, { columns: ['a'] }))).items).toHaveLength(5000);
  });

  test('decimals have all digits of their scale, or are the nearest number', async () => {
    for (const type of ['DECIMAL(4,2)', 'DECIMAL(9,2)', 'DECIMAL(18,2)', 'DECIMAL(38,2)']) {
      expect(await readOf(`(-12.5)::${type}`)).toBe('-12.50');
      expect(await readOf(`0.05::${type}`)).toBe('0.05');
      expect(await readOf(`12.34::${type}`, { decimals: 'number' })).toBe(12.34);
    }
    expect(await readOf("'123456789012345678901234567890.12345678'::DECIMAL(38,8)")).toBe(
      '123456789012345678901234567890.12345678',
    );
    expect(await readOf('7::DECIMAL(5,0)')).toBe('7');
  });

  test('dates and times are text, also far away and before 1970', async () => {
    for (const date of ['2026-11-25', '1969-12-31', '1900-03-01', '2000-02-29', '0001-01-01', '9999-12-31']) {
      expect(await readOf(`DATE '${date}'`)).toBe(date);
    }
    expect(await readOf("DATE '5877642-01-01'")).toBe('+5877642-01-01');
    expect(await readOf("DATE '0044-03-15 (BC)'")).toBe('-000043-03-15');
    expect(await readOf("TIME '08:30:00'")).toBe('08:30:00');
    expect(await readOf("TIME '23:59:59.0005'")).toBe('23:59:59.0005');
  });

  test('timestamps without a zone are text as stored, or Dates when told to be UTC', async () => {
    const at = (text: string, type = 'TIMESTAMP') => `'${text}'::${type}`;
    expect(await readOf(at('2001-01-17 15:35:00'))).toBe('2001-01-17T15:35:00');
    expect(await readOf(at('1969-12-31 23:59:59.999999'))).toBe('1969-12-31T23:59:59.999999');
    expect(await readOf(at('2001-01-17 15:35:00.5', 'TIMESTAMP_MS'))).toBe('2001-01-17T15:35:00.5');
    expect(await readOf(at('2001-01-17 15:35:00.123456789', 'TIMESTAMP_NS'))).toBe('2001-01-17T15:35:00.123456789');
    expect(await readOf(at('2001-01-17 15:35:00.5'), { localTimes: 'utc' })).toEqual(new Date('2001-01-17T15:35:00.500Z'));
  });

  test('timestamps in UTC are Dates, and what is finer follows the option', async () => {
    expect(await readOf("'2001-01-17 15:35:00.5+01'::TIMESTAMPTZ")).toEqual(new Date('2001-01-17T14:35:00.500Z'));
    const fine = "'1969-12-31 23:59:59.123456+00'::TIMESTAMPTZ";
    await expect(readOf(fine)).rejects.toMatchObject({ code: 'ERR_LOSSY_VALUE', option: 'instants' });
    expect(await readOf(fine, { instants: 'truncate' })).toEqual(new Date('1969-12-31T23:59:59.123Z'));
    expect(await readOf(fine, { instants: 'string' })).toBe('1969-12-31T23:59:59.123456Z');
    const far = "'290000-01-01 00:00:00+00'::TIMESTAMPTZ";
    await expect(readOf(far)).rejects.toThrow('beyond what a Date holds');
    expect(await readOf(far, { instants: 'string' })).toBe('+290000-01-01T00:00:00Z');
  });

  test('bytes, text, JSON, UUIDs, enums, floats and intervals', async () => {
    expect(await readOf("'\\x00\\xFF'::BLOB")).toEqual(new Uint8Array([0, 255]));
    expect(await readOf("'abc'::BLOB", { binary: 'text' })).toBe('abc');
    expect(await readOf("'a' || chr(1) || 'é\uFEFF\uFFFD'")).toBe('a\u0001é\uFEFF\uFFFD');
    expect(await readOf(`'{"a": 1e400}'::JSON`)).toBe('{"a": 1e400}');
    expect(await readOf("'6F9619FF-8B86-D011-B42D-00CF4FC964FF'::UUID")).toBe('6f9619ff-8b86-d011-b42d-00cf4fc964ff');
    expect(await readOf("'b'::ENUM('a', 'b')")).toBe('b');
    expect(await readOf('0.5::FLOAT')).toBe(0.5);
    expect(await readOf("'-Infinity'::DOUBLE")).toBe(Number.NEGATIVE_INFINITY);
    expect(await readOf("INTERVAL '14 months 3 days 1500 milliseconds'")).toBe('P14M3DT1.5S');
  });

  test('bytes that are no UTF-8 are refused as text', async () => {
    await expect(readOf("'\\xFF'::BLOB", { binary: 'text' })).rejects.toMatchObject({
      code: 'ERR_MALFORMED_DATA',
      message: expect.stringContaining('row 1, column "v" holds text that is no valid UTF-8'),
    });
  });

  test('lists, structs and maps, with the same rules within', async () => {
    expect(await readOf('[1, NULL, 3]')).toEqual([1, null, 3]);
    expect(await readOf('[]::INTEGER[]')).toEqual([]);
    expect(await readOf('NULL::INTEGER[]')).toBeNull();
    expect(await readOf("[['a'], NULL, []]")).toEqual([['a'], null, []]);
    expect(await readOf("{ 'a': DATE '2026-11-25', 'b': [{ 'c': 1.5::DECIMAL(3,1) }] }")).toEqual({
      a: '2026-11-25',
      b: [{ c: '1.5' }],
    });
    const map = await readOf("MAP { '__proto__': 1, 'x': NULL, '7': 2 }");
    expect(Object.entries(map as object).sort()).toEqual([
      ['7', 2],
      ['__proto__', 1],
      ['x', null],
    ]);
    expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
    await expect(readOf("{ 'a': [9007199254740993] }")).rejects.toMatchObject({
      option: 'bigIntegers',
      column: 'v',
      origin: expect.stringMatching(/#1$/),
    });
  });

  test('a map whose keys are no text is refused, and can be left out', async () => {
    const query = "SELECT MAP { 1: 'a' } AS m, 2 AS n";
    await expect(rowsOf(query)).rejects.toThrow('the column "m" cannot be read: it is a map whose keys are no text');
    expect(await rowsOf(query, { columns: ['n'] })).toEqual([{ n: 2 }]);
  });

  test('columns called __proto__, constructor and like code are own properties', async () => {
    const rows = await rowsOf(`SELECT 1 AS "__proto__", 2 AS "constructor", 3 AS "'];x=1//", 4 AS "a.b"`);
    expect(Object.entries(rows[0]!).sort()).toEqual([
      ["'];x=1//", 3],
      ['__proto__', 1],
      ['a.b', 4],
      ['constructor', 2],
    ]);
    expect(Object.getPrototypeOf(rows[0])).toBe(Object.prototype);
  });
});
