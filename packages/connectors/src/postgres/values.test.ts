import { expect, test } from '@jest/globals';
import { postgres } from '@millrace/connectors';
import { flow, pipeline } from '@millrace/core';
import fc from 'fast-check';
import { rejection, writeSink } from '../file/folder.fixture.js';
import { rowsOf } from './session.fixture.js';
import { describeWithPostgres } from './with-server.fixture.js';

const ways = [{ write: 'copy' }, { write: 'insert' }, { write: 'merge', key: 'n' }] as const;

describeWithPostgres('values of PostgreSQL', (server) => {
  /** The value of one expression. */
  const read = async (expression: string, options: object = {}) => {
    const { items, error } = await rowsOf(server(), { query: `select ${expression} as v`, ...options });
    if (error !== undefined) throw error;
    return items[0]!.v;
  };
  const refusal = (expression: string, options: object = {}) => rejection(read(expression, options));

  test('what JavaScript has a type for becomes that, all else stays text', async () => {
    expect(await read('true')).toBe(true);
    expect(await read('(-7)::smallint')).toBe(-7);
    expect(await read('2147483647::int')).toBe(2147483647);
    expect(await read("'NaN'::float8")).toBeNaN();
    expect(await read("'-Infinity'::float8")).toBe(Number.NEGATIVE_INFINITY);
    expect(await read('0.1::float8')).toBe(0.1);
    expect(await read("'\\x00ff5c'::bytea")).toEqual(Buffer.from([0, 255, 92]));
    expect(await read("' a\\b'::text")).toBe(' a\\b');
    expect(await read("'2020-02-29'::date")).toBe('2020-02-29');
    expect(await read("'12:34:56.7'::time")).toBe('12:34:56.7');
    expect(await read("'1 year 2 days'::interval")).toBe('1 year 2 days');
    expect(await read("'6c2f42e1-2a06-4b7a-8f0e-5f0c4f1d7b11'::uuid")).toBe('6c2f42e1-2a06-4b7a-8f0e-5f0c4f1d7b11');
    expect(await read("row(1, 'a')")).toBe('(1,a)');
    expect(await read('null::int')).toBeNull();
  });

  test('a bigint that a number does not hold is an error that names the option, the column and the row', async () => {
    expect(await read('9007199254740991::bigint')).toBe(9007199254740991);
    const error = await refusal('9007199254740992::bigint');
    expect(error).toMatchObject({ code: 'ERR_LOSSY_VALUE', column: 'v', option: 'bigIntegers', origin: 'query:1' });
    expect(String(error)).toContain('9007199254740992');
    expect(await read('9007199254740993::bigint', { bigIntegers: 'bigint' })).toBe(9007199254740993n);
    expect(await read('7::bigint', { bigIntegers: 'bigint' })).toBe(7n);
    expect(await read('9007199254740993::bigint', { bigIntegers: 'string' })).toBe('9007199254740993');
    expect(await read('9007199254740993::bigint', { bigIntegers: 'number' })).toBe(9007199254740992);
    expect(await refusal("'{1,-9007199254740993}'::bigint[]")).toMatchObject({ code: 'ERR_LOSSY_VALUE' });
  });

  test('rows before a value that does not fit are read', async () => {
    const query = 'select id, case id when 3 then 9007199254740993 else id end as v from generate_series(1::bigint, 5) id';
    for (const fetch of [1, 2, 1000]) {
      const { items, error } = await rowsOf(server(), { query, fetch });
      expect(items.map(({ id }) => id)).toEqual([1, 2]);
      expect(error).toMatchObject({ code: 'ERR_LOSSY_VALUE', column: 'v', origin: 'query:3' });
    }
  });

  test('a numeric keeps its digits as text, and is a number on request', async () => {
    expect(await read('1.10::numeric')).toBe('1.10');
    expect(await read('123456789012345678901234567890.123456789::numeric')).toBe('123456789012345678901234567890.123456789');
    expect(await read('1.10::numeric', { decimals: 'number' })).toBe(1.1);
    expect(await read("'{1.10,NaN}'::numeric[]", { decimals: 'number' })).toEqual([1.1, Number.NaN]);
  });

  test('times with a zone are instants, times without one are text until somebody says that they are UTC', async () => {
    const fine = "'2020-01-02 03:04:05.678901+05:30'::timestamptz";
    expect(await read("'2020-01-02 03:04:05.678+05:30'::timestamptz")).toEqual(new Date('2020-01-01T21:34:05.678Z'));
    expect(await read(fine, { instants: 'truncate' })).toEqual(new Date('2020-01-01T21:34:05.678Z'));
    expect(await refusal(fine)).toMatchObject({ code: 'ERR_LOSSY_VALUE', option: 'instants' });
    expect(await refusal("'2020-01-02 03:04:05.6789'::timestamp", { localTimes: 'utc' })).toMatchObject({ option: 'instants' });
    expect(await read("'2020-01-02 03:04:05.678901Z'::timestamptz", { instants: 'string' })).toMatch(/^2020-01-0.*\.678901[+-]/);
    expect(await read("'2020-01-02 03:04:05.5'::timestamp")).toBe('2020-01-02 03:04:05.5');
    expect(await read("'2020-01-02 03:04:05.5'::timestamp", { localTimes: 'utc' })).toEqual(new Date('2020-01-02T03:04:05.5Z'));
    expect(await refusal("'infinity'::timestamptz")).toMatchObject({ code: 'ERR_LOSSY_VALUE', option: 'instants' });
    expect(await refusal("'-infinity'::timestamp", { localTimes: 'utc' })).toMatchObject({ option: 'localTimes' });
    expect(await read("'infinity'::timestamptz", { instants: 'string' })).toBe('infinity');
  });

  test('instants are the same whatever the zone and the style of the session, years before 100 and after 9999 too', async () => {
    const zones = ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Apia'];
    const ms = fc
      .integer({ min: -200_000_000_000_000, max: 8_000_000_000_000_000 })
      .map((n) => Math.max(n, -210_000_000_000_000));
    for (const zone of zones) {
      await server().query(`alter role postgres set timezone to '${zone}'; alter role postgres set datestyle to 'German'`);
      const instants = fc.sample(fc.oneof(ms, fc.integer({ min: -62_200_000_000_000, max: -58_000_000_000_000 })), 200);
      const parameters = [instants.map((at) => new Date(at))];
      const { items, error } = await rowsOf(server(), { query: 'select unnest($1::timestamptz[]) as v', parameters });
      expect(error).toBeUndefined();
      expect(items.map(({ v }) => (v as Date).getTime())).toEqual(instants);
    }
    await server().query('alter role postgres reset all');
  });

  test('json is parsed, and stays text on request', async () => {
    expect(await read(`'{"a": [1, null, "x"]}'::jsonb`)).toEqual({ a: [1, null, 'x'] });
    expect(await read(`'null'::json`)).toBeNull();
    const big = `'{"a": 9007199254740993}'::json`;
    expect(await read(big, { json: 'string' })).toBe('{"a": 9007199254740993}');
    expect(await refusal(big)).toMatchObject({ code: 'ERR_LOSSY_VALUE', option: 'bigIntegers' });
    expect(await read(big, { bigIntegers: 'bigint' })).toEqual({ a: 9007199254740993n });
    expect(await read(big, { bigIntegers: 'number' })).toEqual({ a: 9007199254740992 });
    expect(await read(`array['{"a": 1}'::json, '2']`)).toEqual([{ a: 1 }, 2]);
  });

  test('arrays, also of arrays, of domains and of enums', async () => {
    await server().query("create domain cents as bigint; create type mood as enum ('so so', 'NULL', 'a\"b')");
    expect(await read('array[1, null, 3]::int[]')).toEqual([1, null, 3]);
    expect(await read("'{}'::int[]")).toEqual([]);
    expect(await read("'{{t,f},{f,t}}'::bool[]")).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(await read("'[5:6]={a,b}'::text[]")).toEqual(['a', 'b']);
    expect(await read(`array['NULL', '', 'a"b\\c', ' x ', '{}', 'a,b', null]`)).toEqual([
      'NULL',
      '',
      'a"b\\c',
      ' x ',
      '{}',
      'a,b',
      null,
    ]);
    expect(await read("array['(0,0),(1,1)', '(2,2),(3,3)']::box[]")).toEqual(['(1,1),(0,0)', '(3,3),(2,2)']);
    expect(await read('5::cents')).toBe(5);
    expect(await read('array[5, 6]::cents[]')).toEqual([5, 6]);
    expect(await read('enum_range(null::mood)')).toEqual(['so so', 'NULL', 'a"b']);
    expect(await read("'1 2 3'::int2vector")).toBe('1 2 3');
  });

  test.each(ways)('any rows come back as they were written by $write', async (how) => {
    const text = fc.string({ unit: 'binary', maxLength: 12 }).filter((t) => !t.includes('\0') && t.isWellFormed());
    const odd = fc.constantFrom('\\', '\\N', '\\.', '\t', '\n', '\r', '\r\n', '\\\n', 'NULL', '', '"', '{', "'", '\u2028', '😀');
    const cell = fc.oneof(
      text,
      odd,
      fc.array(odd).map((parts) => parts.join('')),
    );
    // Whole numbers of so many digits are read as bigints here, whatever they were.
    const json = fc.jsonValue().filter((value) => !/\\u0000|\\ud|(?<![.\d])\d{16}/i.test(JSON.stringify(value)));
    const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
    const row = fc.record({
      t: optional(cell),
      f: optional(fc.double()),
      i: optional(fc.integer()),
      b: optional(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      o: optional(fc.boolean()),
      y: optional(fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes))),
      d: optional(
        fc.date({ min: new Date('-004000-01-01T00:00:00Z'), max: new Date('+020000-01-01T00:00:00Z'), noInvalidDate: true }),
      ),
      j: optional(json),
      // The server has no array of no elements within an array.
      a: optional(fc.array(optional(cell), { maxLength: 4 })),
      m: fc.option(fc.array(fc.tuple(optional(fc.integer()), fc.integer()), { minLength: 1, maxLength: 3 }), { nil: null }),
    });
    const columns = 't text, f float8, i int, b bigint, o bool, y bytea, d timestamptz, j json, a text[], m int[][]';
    await server().query(`create table if not exists cells (n int primary key, ${columns})`);
    await server().query('truncate cells');
    // As a sample, not as a property: each try costs sessions, and the difference shows the rows.
    const items = fc.sample(row, 500).map((each, n) => ({ n, ...each }));
    await writeSink(postgres.write(server().url, { table: 'cells', ...how }), items.slice(0, 100), items.slice(100));
    const back = await rowsOf(server(), { query: 'select * from cells order by n', bigIntegers: 'bigint' });
    expect(back.error).toBeUndefined();
    expect(back.items).toEqual(items.map((item) => ({ ...item, j: JSON.parse(JSON.stringify(item.j)) as unknown })));
  });

  test('names of schemas, tables and columns may hold anything but NUL', async () => {
    const name = fc
      .oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
        fc.constantFrom('a"b', 'a.b', '"', 'select', 'A', "'", '--', '\\', '__proto__', '$1'),
      )
      .filter((text) => !text.includes('\0') && text.isWellFormed() && Buffer.byteLength(text) < 60);
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(name, name, fc.uniqueArray(name, { minLength: 1, maxLength: 3 }), async (schema, table, columns) => {
        const full = `${quoted(`s ${schema}`)}.${quoted(table)}`;
        await server().query(
          `create schema ${quoted(`s ${schema}`)}; create table ${full} (${columns.map((c) => `${quoted(c)} int not null`).join(', ')}, primary key (${columns.map(quoted).join(', ')}))`,
        );
        const item = Object.fromEntries(columns.map((column, index) => [column, index]));
        for (const write of ['copy', 'insert'] as const) {
          await server().query(`truncate ${full}`);
          await writeSink(postgres.write(server().url, { table: full, write }), [item]);
        }
        await writeSink(postgres.write(server().url, { table: full, write: 'merge', key: columns }), [item]);
        for (const options of [{ columns }, { columns, key: columns }]) {
          const { items, error } = await rowsOf(server(), { table: full, ...options });
          expect(error).toBeUndefined();
          expect(items.map((each) => Object.entries(each))).toEqual([Object.entries(item)]);
        }
        await server().query(`drop schema ${quoted(`s ${schema}`)} cascade`);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  test('a table is copied into another by a pipeline, exactly', async () => {
    await server().query(`
      create table orders (id bigint primary key, total numeric(12,2), at timestamptz, note text, tags text[], extra jsonb);
      create table copies (like orders);
      insert into orders select i, i / 3.0, '2020-01-01Z'::timestamptz + i * interval '1.001 s', case when i % 7 = 0 then null else E'n\\t' || i end,
        array['a' || i, null], jsonb_build_object('i', i) from generate_series(1, 20000) i`);
    const { url } = server();
    const copy = pipeline({ url: import.meta.url }, 'copy', () =>
      flow(postgres.read(url, { table: 'orders', key: 'id' })).to(postgres.write(url, { table: 'copies' }), { concurrency: 3 }),
    );
    const report = await copy.run();
    expect([report.read, report.delivered]).toEqual([20_000, 20_000]);
    const difference =
      'select count(*)::int as n from ((table orders except table copies) union all (table copies except table orders)) d';
    expect(await server().query(difference)).toEqual([{ n: 0 }]);
  });
});
