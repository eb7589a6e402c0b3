import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CopyLines, unstorable } from './copy-lines.js';

const written = (write: (lines: CopyLines) => unknown): string => {
  const lines = new CopyLines(1);
  write(lines);
  return Buffer.from(lines.take()).toString();
};

describe('lines of COPY', () => {
  it('fields stand between tabs, and NULL is \\N', () => {
    const line = written((lines) => {
      lines.text('a');
      lines.nextField();
      lines.nothing();
      lines.nextField();
      lines.integer(12);
      lines.endLine();
    });
    expect(line).toBe('a\t\\N\t12\n');
  });

  it('what means something to COPY is escaped, in short texts and in long ones', () => {
    const text = 'tab\tline\nreturn\r\\ é 😀';
    const escaped = 'tab\\tline\\nreturn\\r\\\\ é 😀';
    expect(written((lines) => lines.text(text))).toBe(escaped);
    expect(written((lines) => lines.text(text.repeat(9)))).toBe(escaped.repeat(9));
  });

  it('any text that can be stored is there as it was when the escapes are undone', () => {
    const unescaped = (text: string) =>
      text.replaceAll(/\\(.)/g, (_, letter: string) => ({ t: '\t', n: '\n', r: '\r' })[letter] ?? letter);
    const storable = fc.string({ unit: 'binary', maxLength: 150 }).filter((text) => unstorable(text) === undefined);
    fc.assert(
      fc.property(storable, (text) => {
        const field = written((lines) => expect(lines.text(text)).toBe(true));
        expect(field).not.toMatch(/[\t\n\r]/);
        expect(unescaped(field)).toBe(text);
      }),
    );
  });

  it.each([
    ['NUL', 'a\0b', 'NUL'],
    ['half of a surrogate pair', 'a\ud800b', 'half of a surrogate pair'],
  ])('%s is refused, and nothing is written', (_, text, problem) => {
    for (const refused of [text, text.padStart(100)]) {
      expect(written((lines) => expect(lines.text(refused)).toBe(false))).toBe('');
      expect(unstorable(refused)).toContain(problem);
    }
  });

  it('an integer has the digits that JavaScript writes', () => {
    const integers = fc.oneof(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.constantFrom(0, 9, 10, 99, 100, 2 ** 31 - 1));
    fc.assert(fc.property(integers, (value) => expect(written((lines) => lines.integer(value))).toBe(String(value))));
  });

  it('a decimal is written as JavaScript writes it, or not at all', () => {
    const decimals = fc.oneof(
      fc.double({ noNaN: false }),
      fc.double({ min: 0, max: 1e6 }),
      fc.integer({ min: -1000, max: 2e9 }).map((thousandths) => thousandths / 1000),
      fc.integer({ min: 0, max: 2e9 }).map((thousandths) => thousandths * 0.001),
      fc.constantFrom(0.001, 999_999.999, 0.1 + 0.2, 1e-7, Number.MIN_VALUE, -0, 0),
    );
    const ways = { digits: 0, none: 0 };
    const rule = (value: number) => {
      let fits = false;
      const text = written((lines) => {
        fits = lines.decimal(value);
      });
      ways[fits ? 'digits' : 'none'] += 1;
      expect(text).toBe(fits ? String(value) : '');
    };
    fc.assert(fc.property(decimals, rule), { numRuns: 2_000 });
    expect(ways.digits).toBeGreaterThan(100);
    expect(ways.none).toBeGreaterThan(100);
  });

  it('what is cut off or taken is not there again', () => {
    const lines = new CopyLines();
    lines.text('kept');
    const { length } = lines;
    lines.text('cut');
    lines.cutTo(length);
    const first = lines.take();
    lines.text('next');
    expect([first, lines.take()].map((bytes) => Buffer.from(bytes).toString())).toEqual(['kept', 'next']);
    expect(lines.length).toBe(0);
  });
});
