import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type FileRange, ndjson } from '@millrace/connectors';
import { readSource, rejection, TestFolder } from '../file/folder.fixture.js';

let folder: TestFolder;
beforeEach(() => {
  folder = new TestFolder();
});
afterEach(() => folder.remove());

async function rangesOf(content: string, rangeBytes: number): Promise<FileRange[]> {
  const path = folder.file('in.ndjson');
  writeFileSync(path, content);
  return (await readSource(ndjson.ranges(path, { rangeBytes }))).items;
}

test('the values of all ranges are those of the file', async () => {
  const values = Array.from({ length: 3000 }, (_, id) => ({ id, note: 'é'.repeat(id % 7), tags: [null, true] }));
  const text = values.map((value) => `${JSON.stringify(value)}${value.id % 3 === 0 ? '\r\n\n' : '\n'}`).join('');
  for (const rangeBytes of [17, 1000, 1024 * 1024]) {
    const parts = await Promise.all((await rangesOf(text, rangeBytes)).map((range) => ndjson.valuesOf(range)));
    expect(parts.flat()).toEqual(values);
  }
});

test('a line that is no value is told at its line of the file, also behind a byte order mark', async () => {
  const [first, second] = await rangesOf('\uFEFF{"a":1}\n{"a":2}\n\n {"a":}\n', 12);
  expect(await ndjson.valuesOf(first!)).toEqual([{ a: 1 }, { a: 2 }]);
  expect(await rejection(ndjson.valuesOf(second!))).toMatchObject({
    code: 'ERR_MALFORMED_DATA',
    message: expect.stringContaining('in.ndjson:4:7: the line is no JSON value'),
  });
});

test('whole numbers that lose digits are an error, or what the option says', async () => {
  const [, range] = await rangesOf('1\n9007199254740993\n', 2);
  expect(await rejection(ndjson.valuesOf(range!))).toMatchObject({ origin: expect.stringMatching(/in\.ndjson:2:1$/) });
  expect(await ndjson.valuesOf(range!, { bigIntegers: 'bigint' })).toEqual([9007199254740993n]);
});
