import { chmodSync, mkdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FileError, ItemError, OptionError, type ParquetSchema, parquet } from '@millrace/connectors';
import { AtomicFile } from '../file/atomic-file.js';
import { live, readSource, rejection, TestFolder, writeSink } from '../file/folder.fixture.js';
import { loadWriter } from './driver.js';
import { RowGroupWriter } from './row-group-writer.js';

let folder: TestFolder;
let path: string;
beforeEach(() => {
  folder = new TestFolder();
  path = folder.file('out.parquet');
});
afterEach(() => folder.remove());

const context = { signal: live() };
const items = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ id: from + index, name: `n${from + index}` }));
const back = async () => (await readSource(parquet.read(path))).items;

describe('parquet.write', () => {
  test('commit makes the file visible, and nothing before it', async () => {
    const writer = await parquet.write(path, { rowGroup: 2 }).open(context);
    await writer.write(items(3), context);
    await writer.write([], context);
    await writer.write(items(4, 3), context);
    expect(folder.names()).not.toContain('out.parquet');
    await writer.commit();
    expect(folder.names()).toEqual(['out.parquet']);
    expect(await back()).toEqual(items(7));
  });

  test('abort leaves nothing and does not touch an existing file', async () => {
    writeFileSync(path, 'before');
    for (const target of [path, folder.file('new.parquet')]) {
      const writer = await parquet.write(target, { rowGroup: 1 }).open(context);
      await writer.write(items(3), context);
      await writer.abort(new Error('the run failed'));
    }
    expect(folder.names()).toEqual(['out.parquet']);
    expect(statSync(path).size).toBe(6);
  });

  test('an existing file is replaced whole and keeps its mode, a symbolic link is followed', async () => {
    writeFileSync(folder.file('real'), 'x'.repeat(10_000));
    chmodSync(folder.file('real'), 0o640);
    symlinkSync('real', path);
    await writeSink(parquet.write(path), items(2));
    expect(readlinkSync(path)).toBe('real');
    expect(await back()).toEqual(items(2));
    expect(statSync(folder.file('real')).mode & 0o777).toBe(0o640);
  });

  test('a bad item costs no other item of its batch, and the batch can be written without it', async () => {
    const writer = await parquet.write(path, { rowGroup: 2 }).open(context);
    await writer.write(items(3), context);
    const error = await rejection(writer.write([...items(1, 3), { id: 'x', name: 'bad' }, ...items(1, 4)], context));
    expect(error).toBeInstanceOf(ItemError);
    expect(error).toMatchObject({ code: 'ERR_ITEM', index: 1 });
    expect(String(error)).toContain(
      `item 1 of the batch has in the column "id" the value 'x', which does not fit the type double?`,
    );
    await writer.write(items(2, 3), context);
    await writer.commit();
    expect(await back()).toEqual(items(5));
  });

  test('a first batch with a bad item does not decide the columns', async () => {
    const writer = await parquet.write(path).open(context);
    expect(await rejection(writer.write([{ a: 1 }, { a: 'x' }], context))).toMatchObject({ index: 1 });
    await writer.write([{ b: 'x' }], context);
    await writer.commit();
    expect(await back()).toEqual([{ b: 'x' }]);
  });

  test('a batch whose bytes could not be appended can be written again', async () => {
    const file = await AtomicFile.create(path);
    let failing = false;
    const flaky = {
      append: (bytes: Uint8Array) => (failing ? Promise.reject(new Error('disk full')) : file.append(bytes)),
      commit: () => file.commit(),
      abort: () => file.abort(),
    };
    const writer = new RowGroupWriter(await loadWriter(), flaky, { rowGroup: 2 });
    failing = true;
    expect(String(await rejection(writer.write(items(5), context)))).toContain('disk full');
    failing = false;
    await writer.write(items(3), context);
    failing = true;
    expect(String(await rejection(writer.write(items(2, 3), context)))).toContain('disk full');
    failing = false;
    await writer.write(items(2, 3), context);
    await writer.write(items(1, 5), context);
    await writer.commit();
    expect(await back()).toEqual(items(6));
  });

  test.each([
    ['string', 'half \ud800 a pair'],
    ['string', 1],
    ['boolean', 0],
    ['int32', 2 ** 31],
    ['int32', 0.5],
    ['int32', 4294967296n],
    ['int64', 2 ** 53],
    ['int64', 2n ** 63n],
    ['double', 1n],
    ['double', '1'],
    ['bytes', [1]],
    ['date', '2026-02-30'],
    ['date', new Date('2026-11-25T00:00:01Z')],
    ['timestamp', '2026-11-25T08:30:00'],
    ['timestamp', '2026-11-25T08:30:00.1234567Z'],
    ['timestamp', new Date(Number.NaN)],
    ['localTimestamp', '2026-11-25T08:30:00Z'],
    ['localTimestamp', '2026-11-25T24:00:00'],
    ['uuid', '6F9619FF8B86D011B42D00CF4FC964FF'],
    ['json', 1n],
    ['decimal(4,2)', '1.005'],
    ['decimal(4,2)', 100],
    ['decimal(4,2)', 'one'],
    ['decimal(4,2)', Number.NaN],
  ] as const)('a value that does not fit is refused: %s, %p', async (type, value) => {
    const writer = await parquet.write(path, { schema: { v: type } }).open(context);
    const error = await rejection(writer.write([{ v: value }], context));
    await writer.abort(error);
    expect(error).toMatchObject({
      code: 'ERR_ITEM',
      index: 0,
      message: expect.stringContaining(`which does not fit the type ${type}`),
    });
  });

  test.each([
    [Promise.resolve(1), 'a promise, of which JSON keeps nothing; wait for it before'],
    [{ name: Promise.reject(new Error('in vain')) }, 'a value with the member "name", a promise, of which JSON keeps nothing'],
    [new Map([[1, 2]]), 'a Map, of which JSON keeps nothing; an array of its entries is [...value]'],
    [new Set([1]), 'a Set, of which JSON keeps nothing'],
  ])('a value that JSON would lose is refused, with a schema and without: %p', async (value, problem) => {
    for (const options of [{}, { schema: { v: 'json' } }] as const) {
      const writer = await parquet.write(path, options).open(context);
      const error = await rejection(writer.write([{ v: {} }, { v: value }], context));
      await writer.abort(error);
      expect(error).toMatchObject({
        code: 'ERR_ITEM',
        index: 1,
        message: expect.stringContaining(`has in the column "v" ${problem}`),
      });
    }
  });

  test.each([
    [null, 'is no object but null'],
    [[1], 'is an array'],
    [{ a: 1, c: 2 }, 'has the key "c", which is no column; the columns are "a", "b"'],
    [{ a: 1, b: null }, 'has no value in the column "b" of type string; "string?" would take null'],
    [{ a: 1 }, 'has no value in the column "b"'],
  ])('an item that is no row is refused: %j', async (item, problem) => {
    const writer = await parquet.write(path, { schema: { a: 'int32', b: 'string' } }).open(context);
    const error = await rejection(writer.write([{ a: 1, b: '' }, item as object], context));
    await writer.abort(error);
    expect(error).toMatchObject({ index: 1, message: expect.stringContaining(`item 1 of the batch ${problem}`) });
  });

  test('a first batch that cannot tell the columns asks for a schema', async () => {
    for (const batch of [[{}], [{ a: null }]]) {
      const writer = await parquet.write(path).open(context);
      const error = await rejection(writer.write(batch, context));
      await writer.abort(error);
      expect(String(error)).toContain('give the option "schema"');
    }
  });

  test('wrong options are refused at the declaration', () => {
    for (const [options, problem] of [
      [
        { schema: { a: 'integer' } },
        'the option "schema" must be an object that gives for each column one of string, boolean, int32',
      ],
      [{ schema: {} }, 'the option "schema"'],
      [{ schema: { a: 'decimal(2,3)' } as unknown as ParquetSchema }, 'the option "schema"'],
      [{ schema: { a: 'decimal(39,0)' } as unknown as ParquetSchema }, 'the option "schema"'],
      [{ rowGroup: 0 }, 'the option "rowGroup" must be a whole number of rows'],
      [{ compression: 'zip' }, 'the option "compression" must be "snappy", "gzip" or "none"'],
    ] as const) {
      expect(() => parquet.write(path, options as never)).toThrow(OptionError);
      expect(() => parquet.write(path, options as never)).toThrow(problem);
    }
  });

  test('a standard stream is refused, which would be a file named "-"', () => {
    for (const declare of [() => parquet.write('-'), () => parquet.read('-'), () => parquet.rowGroups('-')]) {
      expect(declare).toThrow(/^parquet\.\w+: the path must be a non-empty string without NUL, and no standard stream, not '-'$/);
    }
    expect(parquet.write('./-').target).toBe(resolve('-'));
  });

  test('a missing folder, a folder as the file, and an abort refuse the opening', async () => {
    for (const attempt of [
      () => parquet.write(folder.file('no/out')).open(context),
      async () => parquet.write(folder.file('no/out')).check?.(context),
    ]) {
      expect(await rejection(attempt())).toBeInstanceOf(FileError);
    }
    mkdirSync(path);
    expect(String(await rejection(parquet.write(path).open(context)))).toContain('it is a folder');
    expect(await rejection(parquet.write(folder.file('new')).open({ signal: AbortSignal.abort('stop') }))).toBe('stop');
    const controller = new AbortController();
    const opening = parquet.write(folder.file('new')).open({ signal: controller.signal });
    controller.abort('stop');
    expect(await rejection(opening)).toBe('stop');
    expect(folder.names()).toEqual(['out.parquet']);
  });
});
