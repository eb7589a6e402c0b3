import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataError, FileError, LossyValueError, OptionError, type ParquetReadOptions, parquet } from '@millrace/connectors';
import fc from 'fast-check';
import { live, readSource, rejection, TestFolder, writeSink } from '../file/folder.fixture.js';

let folder: TestFolder;
beforeEach(() => {
  folder = new TestFolder();
});
afterEach(() => folder.remove());

const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ id: index, name: `n${index}`, half: index / 2 }));

async function stored(count: number, rowGroup = 1000): Promise<string> {
  const path = folder.file('in.parquet');
  await writeSink(
    parquet.write(path, { rowGroup, compression: 'none', schema: { id: 'int32', name: 'string', half: 'double' } }),
    rows(count),
  );
  return path;
}

function written(bytes: Uint8Array | string): string {
  const path = folder.file('bad.parquet');
  writeFileSync(path, bytes);
  return path;
}

const faultOf = async (path: string, options?: ParquetReadOptions) => (await readSource(parquet.read(path, options))).error;

describe('parquet.read', () => {
  test('gives rows in pulls, each with its file and row', async () => {
    const path = await stored(2500);
    const { items, pulls, origin } = await readSource(parquet.read(path));
    expect(items).toEqual(rows(2500));
    expect(pulls).toEqual([1000, 1000, 500]);
    expect([origin(0), origin(1023), origin(2499)]).toEqual([`${path}#1`, `${path}#1024`, `${path}#2500`]);
  });

  test('reads only the columns and row groups that are wanted, in the order of the options', async () => {
    const path = await stored(2500);
    const { items, origin } = await readSource(parquet.read(path, { columns: ['half', 'id'], rowGroups: [2, 0] }));
    expect(items).toHaveLength(1500);
    expect(Object.entries(items[0]!)).toEqual([
      ['half', 1000],
      ['id', 2000],
    ]);
    expect(items[500]).toEqual({ half: 0, id: 0 });
    expect([origin(0), origin(500)]).toEqual([`${path}#2001`, `${path}#1`]);
  });

  test('does not touch the bytes of columns that are not wanted', async () => {
    const path = await stored(100);
    const bytes = readFileSync(path);
    // The text of the second column lies between the first and the third.
    bytes.fill(0xff, bytes.indexOf('n10'), bytes.indexOf('n90'));
    writeFileSync(path, bytes);
    expect(await faultOf(path)).toBeInstanceOf(DataError);
    expect((await readSource(parquet.read(path, { columns: ['id', 'half'] }))).items).toHaveLength(100);
  });

  test('a column or row group that the file lacks is told, with what there is, by the check too', async () => {
    const path = await stored(10);
    for (const attempt of [
      faultOf(path, { columns: ['naem'] }),
      rejection(parquet.read(path, { columns: ['naem'] }).check!({ signal: live() })),
    ]) {
      expect(String(await attempt)).toContain(
        'the file lacks the column "naem"; did you mean "name"?; it has "id", "name", "half"',
      );
    }
    expect(String(await faultOf(path, { rowGroups: [1] }))).toContain('the file has no row group 1: it has 1, counted from 0');
    await parquet.read(path).check!({ signal: live() });
  });

  test('an abort ends it, and the file is closed whenever reading ends', async () => {
    const path = await stored(5000);
    for await (const _ of parquet.read(path).open({ signal: live() })) {
      expect(isOpen(path)).toBe(true);
      break;
    }
    expect(isOpen(path)).toBe(false);
    const controller = new AbortController();
    const pull = async () => {
      for await (const _ of parquet.read(path).open({ signal: controller.signal })) controller.abort('enough');
    };
    expect(await rejection(pull())).toBe('enough');
    expect(isOpen(path)).toBe(false);
    expect(await rejection(Promise.resolve(parquet.read(path).check!({ signal: AbortSignal.abort('no') })))).toBe('no');
  });

  test('wrong options are refused at the declaration', () => {
    for (const [options, problem] of [
      [{ colums: ['a'] }, 'there is no option "colums"; did you mean "columns"?'],
      [{ columns: [] }, 'the option "columns" must be a list of at least one name'],
      [{ rowGroups: [-1] }, 'the option "rowGroups" must be a list of whole numbers from 0 on'],
      [{ bigIntegers: 'lose' }, 'the option "bigIntegers" must be "fail", "number", "bigint" or "string", not \'lose\''],
    ] as const) {
      expect(() => parquet.read('f', options as never)).toThrow(OptionError);
      expect(() => parquet.read('f', options as never)).toThrow(problem);
    }
  });
});

describe('what is no Parquet file', () => {
  test.each([
    ['an empty file', '', 'this is no Parquet file: it has 0 bytes'],
    ['text', 'id,name\n1,a\n2,b\n', 'this is no Parquet file: it begins with "id,n", not with "PAR1"'],
    ['gzip', gzipSync('id,name\n1,a\n'), 'this is no Parquet file: it is gzip'],
    ['a ZIP archive', 'PK\u0003\u0004 and so on', 'this is no Parquet file: it is a ZIP archive'],
    ['an encrypted footer', `PARE${'x'.repeat(20)}PARE`, 'the Parquet file is encrypted, which is not supported'],
    [
      'a footer that is longer than the file',
      `PAR1${'x'.repeat(20)}\xff\xff\xff\x7fPAR1`,
      'the Parquet file is corrupt: its footer',
    ],
  ])('%s is told', async (_, content, problem) => {
    const path = written(typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
    const error = await faultOf(path);
    expect(error).toBeInstanceOf(DataError);
    expect(String(error)).toContain(`${path}:1:1: ${problem}`);
    expect(await rejection(Promise.resolve(parquet.read(path).check!({ signal: live() })))).toBeInstanceOf(DataError);
  });

  test('a file that was cut anywhere is told to be', async () => {
    const bytes = readFileSync(await stored(500, 100));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 12, max: bytes.length - 1 }), async (length) => {
        expect(String(await faultOf(written(bytes.subarray(0, length))))).toContain('the Parquet file is truncated');
      }),
      { numRuns: 30 },
    );
  });

  test('a file with wrong bytes gives rows or a DataError, and nothing else', async () => {
    const bytes = readFileSync(await stored(300, 100));
    let faults = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at]! ^= change;
        const error = await faultOf(written(damaged));
        if (error === undefined) return;
        faults += 1;
        expect(error instanceof DataError || error instanceof LossyValueError ? 'told' : error).toBe('told');
      }),
      // The driver can be kept busy for ever by a run length that is wrong: always the same bytes, which are known to be no such.
      { numRuns: 200, seed: 20_261_125 },
    );
    expect(faults).toBeGreaterThan(0);
  });

  test('a missing file, a folder and a pipe are refused', async () => {
    const path = relative(process.cwd(), folder.file('absent'));
    expect(await faultOf(path)).toBeInstanceOf(FileError);
    expect(String(await faultOf(path))).toContain(
      `cannot read "${path}" (resolved to ${folder.file('absent')}): there is no such file`,
    );
    mkdirSync(folder.file('folder'));
    expect(String(await faultOf(folder.file('folder')))).toContain('it is a folder');
    execFileSync('mkfifo', [folder.file('pipe')]);
    expect(String(await faultOf(folder.file('pipe')))).toContain('it is no regular file');
  });
});

test('a driver that is not installed is named, with the command that installs it', () => {
  // Another program, in which the packages cannot be found.
  const hook = `export async function resolve(name, context, next) {
    if (name.startsWith('hyparquet')) throw Object.assign(new Error('not here'), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(name, context);
  }`;
  const blind = `import { register } from 'node:module'; register('data:text/javascript,${encodeURIComponent(hook).replaceAll("'", '%27')}');`;
  const program = `
    import { parquet } from ${JSON.stringify(new URL('../index.js', import.meta.url).href)};
    const signal = new AbortController().signal;
    for (const check of [parquet.read('f').check, parquet.write('f').check]) {
      try { await check({ signal }); } catch (error) { console.log(error.code, error.message); }
    }`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(blind)}`, '--input-type=module', '-e', program];
  const printed = execFileSync(process.execPath, args, { timeout: 25_000, encoding: 'utf8' });
  expect(printed.trimEnd().split('\n')).toEqual([
    'ERR_MISSING_PACKAGE parquet.read needs the packages hyparquet and hyparquet-compressors, which are not installed here: ' +
      'npm install hyparquet hyparquet-compressors',
    'ERR_MISSING_PACKAGE parquet.write needs the package hyparquet-writer, which is not installed here: npm install hyparquet-writer',
  ]);
});

function isOpen(path: string): boolean {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
}
