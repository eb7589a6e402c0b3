import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parquet } from '@millrace/connectors';
import { readSource, rejection, TestFolder, writeSink } from '../file/folder.fixture.js';
import { copyingSlicer, rowSlicer } from './row-slices.js';
import { sums } from './sums.fixture.js';

let folder: TestFolder;
let path: string;
beforeEach(async () => {
  folder = new TestFolder();
  path = folder.file('in.parquet');
  const rows = Array.from({ length: 2500 }, (_, id) => ({ id, big: id === 2100 ? 2n ** 60n : 1n, name: `n${id}` }));
  await writeSink(parquet.write(path, { rowGroup: 1000, schema: { id: 'int32', big: 'int64', name: 'string' } }), rows);
});
afterEach(() => folder.remove());

const groupsOf = async () => (await readSource(parquet.rowGroups(path))).items;

describe('row groups', () => {
  test('are told as plain data, each with its place', async () => {
    const { items, origin } = await readSource(parquet.rowGroups(path));
    expect(items).toEqual([
      { path, index: 0, rows: 1000, firstRow: 0, bytes: expect.any(Number) },
      { path, index: 1, rows: 1000, firstRow: 1000, bytes: expect.any(Number) },
      { path, index: 2, rows: 500, firstRow: 2000, bytes: expect.any(Number) },
    ]);
    expect(structuredClone(items)).toEqual(items);
    expect(origin(2)).toBe(`${path}#2001`);
  });

  test('give their rows and their columns', async () => {
    const [, second] = await groupsOf();
    const rows = await parquet.rowsOf(second!, { columns: ['name', 'id'] });
    expect(rows).toHaveLength(1000);
    expect(rows[7]).toEqual({ name: 'n1007', id: 1007 });
    const columns = await parquet.columnsOf<{ id: number; name: string }>(second!, { columns: ['id', 'name'] });
    expect(Object.keys(columns)).toEqual(['id', 'name']);
    expect([columns.id.length, columns.id[7], columns.name[7]]).toEqual([1000, 1007, 'n1007']);
  });

  test('a value that cannot be told is an error with the row of the file', async () => {
    const third = (await groupsOf())[2]!;
    const expected = { code: 'ERR_LOSSY_VALUE', column: 'big', origin: `${path}#2101` };
    expect(await rejection(parquet.rowsOf(third))).toMatchObject(expected);
    expect(await rejection(parquet.columnsOf(third))).toMatchObject(expected);
    expect((await parquet.rowsOf(third, { bigIntegers: 'bigint' }))[100]).toEqual({ id: 2100, big: 2n ** 60n, name: 'n2100' });
  });

  test('wrong options, and a group that the file has not, are refused', async () => {
    const [first] = await groupsOf();
    expect(String(await rejection(parquet.rowsOf(first!, { colums: ['id'] } as never)))).toContain(
      'parquet.rowsOf: there is no option "colums"',
    );
    expect(String(await rejection(parquet.columnsOf({ ...first!, index: 9 })))).toContain('the file has no row group 9');
    expect(() => parquet.rowGroups('')).toThrow('the path must be');
  });

  test.each([0, 2])('are read in %i workers', async (workers) => {
    const found = [];
    for await (const one of sums.iterate({ path }, { workers })) found.push(one);
    expect(found).toEqual([
      { index: 0, sum: 499_500 },
      { index: 1, sum: 1_499_500 },
      { index: 2, sum: 1_124_750 },
    ]);
  });
});

test('rows of columns are the same with and without code from strings', () => {
  const names = ['a', '__proto__', "'];x=1//"];
  const columns = [Int32Array.of(1, 2, 3), ['x', 'y', 'z'], [true, false, null]];
  const rows = rowSlicer(names)(columns, 1, 3);
  expect(copyingSlicer(names)(columns, 1, 3)).toEqual(rows);
  expect(rows.map((row) => Object.entries(row))).toEqual([
    [
      ['a', 2],
      ['__proto__', 'y'],
      ["'];x=1//", false],
    ],
    [
      ['a', 3],
      ['__proto__', 'z'],
      ["'];x=1//", null],
    ],
  ]);
});
