import { afterAll, describe, expect, test } from '@jest/globals';
import { lines } from '@millrace/connectors';
import fc from 'fast-check';
import { chunked, readPulls, readSource, rejection, TestFolder, writeSink } from '../file/folder.fixture.js';
import { linesOf } from './read.js';

const folder = new TestFolder();
afterAll(() => folder.remove());

const parse = async (bytes: Uint8Array, sizes: readonly number[] = []) => {
  const { items, error, origin } = await readPulls(linesOf(chunked(bytes, sizes), 'f', { maxLineBytes: 20 }));
  return { items, error: String(error), origins: items.map((_, index) => origin(index)) };
};

describe('lines', () => {
  test('LF and CRLF end lines, a carriage return elsewhere is content, blank lines are items', async () => {
    const { items, origins } = await parse(Buffer.from('a\r\n\n b\rc \nd\r'));
    expect(items).toEqual(['a', '', ' b\rc ', 'd']);
    expect(origins).toEqual(['f:1:1', 'f:2:1', 'f:3:1', 'f:4:1']);
  });

  test('any bytes give the same lines, origins and error, whatever the chunks', async () => {
    const unit = fc.constantFrom('\n', '\r\n', '\r', 'a', 'é', '😀', '\uFEFF');
    const junk = fc.constantFrom(Buffer.alloc(0), Buffer.from([0xf0, 0x9f]), Buffer.from([0xff, 0x0a]));
    const part = fc.string({ unit, maxLength: 12 });
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(part, junk, part, sizes, async (start, middle, end, some) => {
        // Too long or not UTF-8: which of the two comes first depends on the chunks, so the limit is kept out of reach of a bad line.
        const content = Buffer.concat([Buffer.from(`${start}\n`), middle, Buffer.from(middle.length === 0 ? end : 'a')]);
        expect(await parse(content, some)).toEqual(await parse(content));
      }),
      { numRuns: 400 },
    );
  });

  test('what was written is read again', async () => {
    const line = fc
      .string({ unit: 'binary' })
      .filter((text) => !text.includes('\n') && !text.endsWith('\r') && text[0] !== '\uFEFF');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (items) => {
        await writeSink(lines.write(folder.file('lines')), items.slice(0, 3), items.slice(3));
        expect((await readSource(lines.read(folder.file('lines')))).items).toEqual(items);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ['a\nb', 'holds a line feed'],
    ['a\r', 'ends with a carriage return'],
    ['\ud800', 'half of a surrogate pair'],
    ['\uFEFFa', 'byte order mark'],
  ])('%j would not come back and is refused', async (item, message) => {
    const error = await rejection(writeSink(lines.write(folder.file('bad')), [item]));
    expect(error).toMatchObject({ code: 'ERR_ITEM', index: 0 });
    expect(String(error)).toContain(message);
  });

  test('options are checked at the declaration', () => {
    expect(() => lines.read('f', JSON.parse('{"maxLineByte":1}'))).toThrow('did you mean "maxLineBytes"?');
    expect(() => lines.write('f.gz', JSON.parse('{"gzip":1}'))).toThrow('the option "gzip" must be true or false, not 1');
  });
});
