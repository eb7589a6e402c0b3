import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CsvRange, type CsvRangesOptions, csv, tsv } from '@millrace/connectors';
import fc from 'fast-check';
import { live, readSource, rejection, TestFolder } from '../file/folder.fixture.js';
import { totals } from './ranges.fixture.js';

let folder: TestFolder;
beforeEach(() => {
  folder = new TestFolder();
});
afterEach(() => folder.remove());

function written(content: string, name = 'in.csv'): string {
  writeFileSync(folder.file(name), content);
  return folder.file(name);
}

async function rangesOf(path: string | string[], options?: CsvRangesOptions): Promise<CsvRange<object>[]> {
  const { items, error } = await readSource(csv.ranges<object>(path, options));
  expect(error).toBeUndefined();
  return items;
}

async function rowsOf(path: string | string[], options?: CsvRangesOptions): Promise<object[]> {
  return (await Promise.all((await rangesOf(path, options)).map((range) => csv.rowsOf(range)))).flat();
}

describe('the rows of all ranges', () => {
  test('are those of the file, wherever it is cut', async () => {
    const field = fc.oneof(fc.constantFrom('', '1', '"', 'a,b', ' é ', '\r'), fc.string({ unit: 'grapheme', maxLength: 5 }));
    const quoted = (text: string) => `"${text.replaceAll('\n', '').replaceAll('"', '""')}"`;
    const record = fc.array(field, { minLength: 2, maxLength: 2 }).map((fields) => fields.map(quoted).join(','));
    const shape = fc.record({
      mark: fc.boolean(),
      header: fc.boolean(),
      newline: fc.constantFrom('\n', '\r\n'),
      blank: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 12 }),
        shape,
        fc.integer({ min: 1, max: 40 }),
        async (records, { mark, header, newline, blank }, rangeBytes) => {
          const text = [...(blank ? ['', ''] : []), ...(header ? ['first,second'] : []), ...records, ''].join(newline);
          const path = written((mark ? '\uFEFF' : '') + text.toWellFormed());
          const options = { skipBlankLines: blank, ...(header ? {} : { header, columns: ['first', 'second'] }) };
          const whole = await readSource(csv.read<object>(path, options));
          expect(whole.error).toBeUndefined();
          expect(await rowsOf(path, { ...options, rangeBytes })).toEqual(whole.items);
        },
      ),
    );
  });

  test('have the types and columns that the options say', async () => {
    const path = written('id;total;note\n00501;12.5;a\n2;;b\n');
    const options = { delimiter: ';', columns: ['total', 'id'], types: { total: 'number?' }, rangeBytes: 7 } as const;
    expect(await rowsOf(path, options)).toEqual([
      { total: 12.5, id: '00501' },
      { total: null, id: '2' },
    ]);
  });

  test('have no header among them, be it longer than a range; a file of nothing else has no range', async () => {
    const path = written(`${'long '.repeat(20)},b\n1,2\n3,4\n`);
    expect((await rowsOf(path, { rangeBytes: 4 })).map((row) => Object.values(row))).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    for (const empty of ['', '\uFEFF', 'a,b', 'a,b\n']) expect(await rangesOf(written(empty))).toEqual([]);
  });

  test.each([0, 2])('are read in %i workers', async (workers) => {
    const path = written(`id,total\n${Array.from({ length: 1000 }, (_, index) => `${index},${index}.5\n`).join('')}`);
    const found = [];
    for await (const sum of totals.iterate({ path, rangeBytes: 3000 }, { workers })) found.push(sum);
    expect(found.length).toBeGreaterThan(2);
    expect(found.reduce((sum, one) => sum + one, 0)).toBe(500_000);
  });

  test('of tab-separated values are cut by tabs', async () => {
    const { items } = await readSource(tsv.ranges(written('a\tb\n1\t"\n'), { quote: false }));
    expect(await tsv.rowsOf(items[0]!)).toEqual([{ a: '1', b: '"' }]);
  });
});

describe('ranges', () => {
  test('are plain data, with the header and how to read them', async () => {
    const path = written('a,b\n1,2\n');
    const ranges = await rangesOf(path, { types: { a: 'number' } });
    expect(ranges).toEqual([{ path, start: 4, end: 8, size: 8, header: ['a', 'b'], options: { types: { a: 'number' } } }]);
    expect(structuredClone(ranges)).toEqual(ranges);
  });

  test('a header that does not fit is told before any range', async () => {
    const source = csv.ranges(written('\n\nid,totl\n1,2\n'), { types: { total: 'number' }, skipBlankLines: true });
    const expected = { message: expect.stringMatching(/in\.csv:3:1: the header lacks the column "total"; did you mean "totl"/) };
    expect((await readSource(source)).error).toMatchObject(expected);
    expect(await rejection(Promise.resolve(source.check?.({ signal: live() })))).toMatchObject(expected);
  });

  test('the files of one reading have one header, unless columns are named', async () => {
    const paths = [written('a,b\n1,2\n', '1.csv'), written('b,a\n3,4\n', '2.csv')];
    const { items, error } = await readSource(csv.ranges(paths));
    expect(items).toHaveLength(1);
    expect(error).toMatchObject({ message: expect.stringContaining('2.csv:1:1: the header differs from that of') });
    expect(await rowsOf(paths, { columns: ['a'] })).toEqual([{ a: '1' }, { a: '4' }]);
  });

  test('wrong options, and what is no range, are refused', async () => {
    expect(() => csv.ranges('a', { rangeBytes: 0.5 })).toThrow('csv.ranges: the option "rangeBytes" must be a whole number');
    expect(() => csv.ranges('a', { header: false })).toThrow('csv.ranges: with "header: false" the option "columns" must name');
    expect(() => tsv.ranges('a', { delimiter: ',' } as never)).toThrow('tsv.ranges: there is no option "delimiter"');
    const [range] = await rangesOf(written('a\n1\n'));
    expect(await rejection(csv.rowsOf(undefined as never))).toMatchObject({ code: 'ERR_OPTION' });
    const { options: _, ...bare } = range!;
    expect(await rejection(csv.rowsOf(bare as never))).toMatchObject({
      message: expect.stringContaining('csv.rowsOf: it takes a range of a file, as csv.ranges gives them, not { path:'),
    });
    expect(await rejection(csv.rowsOf({ ...range!, options: { delimter: ';' } as never }))).toMatchObject({ code: 'ERR_OPTION' });
  });
});

describe('faults', () => {
  test('a value that does not fit is told at its line of the file', async () => {
    const path = written('id,total\n1,2\n3,n/a\n');
    const [first, second] = await rangesOf(path, { types: { total: 'number' }, rangeBytes: 4 });
    expect(await csv.rowsOf(first!)).toEqual([{ id: '1', total: 2 }]);
    expect(await rejection(csv.rowsOf(second!))).toMatchObject({
      code: 'ERR_MALFORMED_DATA',
      message: `${path}:3:3: "n/a" in the column "total" is no number`,
    });
  });

  test('a line break in quotes is refused, wherever the file is cut', async () => {
    const path = written('a,b\n1,"2"\n3,"x\ny"\n4,5\n');
    for (let rangeBytes = 1; rangeBytes < 24; rangeBytes += 1) {
      const reading = (await rangesOf(path, { rangeBytes })).map((range) =>
        csv.rowsOf(range).catch((error: Error) => error.message),
      );
      expect(await Promise.all(reading)).toContain(
        `${path}:3:3: the quote that is opened here is not closed in its line, and ranges are cut at line ends; only a file that is read whole may have line breaks in quotes`,
      );
    }
    const inHeader = csv.ranges(written('a,"b\nc"\n1,2\n'));
    expect((await readSource(inHeader)).error).toMatchObject({
      message: expect.stringContaining('in.csv:1:3: the quote that is opened'),
    });
  });
});
