import { execFileSync } from 'node:child_process';
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataError, type FileRange, type FileRangesOptions, lines, ndjson } from '@millrace/connectors';
import fc from 'fast-check';
import { live, readSource, rejection, TestFolder } from '../file/folder.fixture.js';
import { counts } from './ranges.fixture.js';

let folder: TestFolder;
beforeEach(() => {
  folder = new TestFolder();
});
afterEach(() => folder.remove());

function written(content: string | Uint8Array, name = 'in.txt'): string {
  writeFileSync(folder.file(name), content);
  return folder.file(name);
}

async function rangesOf(path: string | string[], options?: FileRangesOptions): Promise<FileRange[]> {
  const { items, error } = await readSource(lines.ranges(path, options));
  expect(error).toBeUndefined();
  return items;
}

/** What each range of so many bytes holds. */
async function linesOfRanges(path: string, rangeBytes: number): Promise<string[][]> {
  return Promise.all((await rangesOf(path, { rangeBytes })).map((range) => lines.linesOf(range)));
}

describe('ranges', () => {
  test('cover a file without gap or overlap, each with its place', async () => {
    const path = written('0123456789');
    const { items, origin } = await readSource(lines.ranges(path, { rangeBytes: 4 }));
    expect(items).toEqual([
      { path, start: 0, end: 4, size: 10 },
      { path, start: 4, end: 8, size: 10 },
      { path, start: 8, end: 10, size: 10 },
    ]);
    expect(structuredClone(items)).toEqual(items);
    expect(origin(1)).toBe(`${path}@4`);
  });

  test('are 1 MiB by default', async () => {
    const path = written(Buffer.alloc(1024 * 1024 + 1));
    expect((await rangesOf(path)).map(({ end }) => end)).toEqual([1024 * 1024, 1024 * 1024 + 1]);
  });

  test('of more than a pull are told pull by pull', async () => {
    const path = written('x'.repeat(2500));
    const { items, pulls } = await readSource(lines.ranges(path, { rangeBytes: 1 }));
    expect(pulls).toEqual([1024, 1024, 452]);
    expect(items.map(({ start }) => start)).toEqual(Array.from({ length: 2500 }, (_, index) => index));
  });

  test('of the files of a glob follow each other; an empty file has none', async () => {
    const [a, b] = [written('a', 'a.log'), written('', 'b.log')];
    const c = written('c', 'c.log');
    expect((await rangesOf(folder.file('*.log'))).map(({ path }) => path)).toEqual([a, c]);
    expect(await rangesOf([b])).toEqual([]);
    expect(await rangesOf(folder.file('*.none'), { allowEmpty: true })).toEqual([]);
  });
});

describe('the lines of all ranges', () => {
  test('are those of the file, wherever it is cut', async () => {
    const line = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.stringMatching(/^x{0,30}$/),
    );
    const text = fc
      .array(line.map((one) => one.replaceAll('\n', '')))
      .chain((all) =>
        fc.constantFrom(
          ...['\n', '\r\n'].flatMap((end) => [all.join(end), all.map((one) => one + end).join(''), `\uFEFF${all.join(end)}`]),
        ),
      );
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 40 }), async (content, rangeBytes) => {
        const bytes = Buffer.from(content.toWellFormed());
        const path = written(bytes);
        const whole = (await readSource(lines.read(path))).items;
        expect((await linesOfRanges(path, rangeBytes)).flat()).toEqual(whole);
        const parts = await Promise.all((await rangesOf(path, { rangeBytes })).map((range) => lines.bytesOf(range)));
        const unmarked = content.startsWith('\uFEFF') ? bytes.subarray(3) : bytes;
        expect(Buffer.concat(parts).equals(unmarked)).toBe(true);
      }),
    );
  });

  test('a line is of the range that its first byte lies in', async () => {
    expect(await linesOfRanges(written('a\nbcd\nef\ngh'), 4)).toEqual([['a', 'bcd'], ['ef'], ['gh']]);
    expect(await linesOfRanges(written('abc\ndef\n'), 4)).toEqual([['abc'], ['def']]);
    expect(await linesOfRanges(written('abcdefghijkl\n'), 4)).toEqual([['abcdefghijkl'], [], [], []]);
    expect(await linesOfRanges(written('\n\n\n'), 1)).toEqual([[''], [''], ['']]);
  });

  test('a line may reach far beyond its range', async () => {
    const long = 'é'.repeat(100_000);
    expect(await linesOfRanges(written(`a\n${long}\nb\n`), 100_000)).toEqual([['a', long], [], ['b']]);
  });

  test('bytes are a plain Uint8Array, whose slice is a copy', async () => {
    for (const range of await rangesOf(written(`a\n${'x'.repeat(5000)}\nb`), { rangeBytes: 3 })) {
      expect((await lines.bytesOf(range)).constructor).toBe(Uint8Array);
    }
  });

  test('what is written behind the file later is not read', async () => {
    const path = written('a\nb');
    const [range] = await rangesOf(path);
    appendFileSync(path, 'c\nd\n');
    expect(await lines.linesOf(range!)).toEqual(['a', 'b']);
  });

  test.each([0, 2])('are read in %i workers', async (workers) => {
    const path = written(Array.from({ length: 1000 }, (_, index) => `line ${index}\n`).join(''));
    const found = [];
    for await (const count of counts.iterate({ path, rangeBytes: 1000 }, { workers })) found.push(count);
    expect(found).toHaveLength(9);
    expect(found.reduce((sum, count) => sum + count, 0)).toBe(1000);
  });
});

describe('faults', () => {
  test('invalid UTF-8 is told at its line of the file', async () => {
    const path = written(Buffer.concat([Buffer.from('one\ntwo\nthree\nfo'), Buffer.of(0xff), Buffer.from('r\n')]));
    const ranges = await rangesOf(path, { rangeBytes: 9 });
    expect(await lines.linesOf(ranges[0]!)).toEqual(['one', 'two', 'three']);
    expect(await rejection(lines.linesOf(ranges[1]!))).toMatchObject({
      code: 'ERR_MALFORMED_DATA',
      message: `${path}:4:3: invalid UTF-8 at byte 16 of the text`,
    });
  });

  test('a line that is too long is told at its line of the file', async () => {
    const inside = written(`a\nb\n${'x'.repeat(11)}\nc\n`);
    const [, second] = await rangesOf(inside, { rangeBytes: 4 });
    expect(await lines.linesOf(second!, { maxLineBytes: 11 })).toEqual(['x'.repeat(11)]);
    expect(await rejection(lines.linesOf(second!, { maxLineBytes: 10 }))).toMatchObject({ origin: `${inside}:3:1` });
    expect(await lines.bytesOf(second!, { maxLineBytes: 11 })).toHaveLength(12);
    expect(await rejection(lines.bytesOf(second!, { maxLineBytes: 10 }))).toMatchObject({ origin: `${inside}:3:1` });
    const [marked] = await rangesOf(written('\uFEFFabc'), { rangeBytes: 1 });
    expect(await lines.bytesOf(marked!, { maxLineBytes: 3 })).toEqual(new Uint8Array(Buffer.from('abc')));
    const across = written(`a\nb\n${'x'.repeat(300_000)}\nc\n`);
    const [, long] = await rangesOf(across, { rangeBytes: 4 });
    for (const read of [lines.linesOf, lines.bytesOf, ndjson.valuesOf]) {
      const error = await rejection(read(long!, { maxLineBytes: 100_000 }));
      expect(error).toBeInstanceOf(DataError);
      expect(error).toMatchObject({ message: expect.stringMatching(/:3:1: the line is longer than 100000 bytes/) });
    }
  });

  test('a file that has become shorter is refused', async () => {
    const path = written('a\nb\nc\n');
    const ranges = await rangesOf(path, { rangeBytes: 2 });
    truncateSync(path, 4);
    for (const range of ranges) {
      expect(await rejection(lines.linesOf(range))).toMatchObject({
        code: 'ERR_FILE',
        message: expect.stringContaining('it has 4 bytes, and had 6 when it was cut up into ranges'),
      });
    }
  });

  test('what cannot be read from any place is refused, also by the check before a run', async () => {
    execFileSync('mkfifo', [folder.file('pipe')]);
    const refused: readonly (readonly [string, string])[] = [
      [written(gzipSync('a\n'), 'a.gz'), 'it is packed by gzip, which is unpacked only from its start: read it whole'],
      [folder.file('pipe'), 'it is no regular file, and a file is read in parts only from any place'],
      ['-', 'cannot read <stdin>'],
      [folder.path, 'it is a folder'],
      [folder.file('none'), 'there is no such file'],
    ];
    for (const [path, why] of refused) {
      const source = lines.ranges(path);
      const expected = { code: 'ERR_FILE', message: expect.stringContaining(why) };
      expect((await readSource(source)).error).toMatchObject(expected);
      expect(await rejection(Promise.resolve(source.check?.({ signal: live() })))).toMatchObject(expected);
    }
  });

  test('wrong options, and what is no range, are refused', async () => {
    expect(() => lines.ranges('')).toThrow('lines.ranges: the path must be');
    expect(() => lines.ranges('a', { rangeBytes: 0 })).toThrow(
      'lines.ranges: the option "rangeBytes" must be a whole number of bytes, at least 1, not 0',
    );
    expect(() => ndjson.ranges('a', { rangeByte: 1 } as never)).toThrow('did you mean "rangeBytes"');
    const [range] = await rangesOf(written('a\n'));
    expect(String(await rejection(lines.linesOf(range!, { max: 1 } as never)))).toContain(
      'lines.linesOf: there is no option "max"',
    );
    for (const wrong of [undefined, 'a.txt', {}, { ...range!, end: 0 }, { ...range!, size: 1 }, { ...range!, start: -1 }]) {
      expect(await rejection(lines.bytesOf(wrong as never))).toMatchObject({
        code: 'ERR_OPTION',
        message: expect.stringContaining('lines.bytesOf: it takes a range of a file, as lines.ranges gives them, not'),
      });
    }
  });
});
