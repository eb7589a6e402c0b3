import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { more, TextWindow } from './text-window.js';
import { ValueSearch } from './value-search.js';

const text = fc.string({ unit: fc.constantFrom('"', '\\', '[', ']', '{', '}', ',', ' ', 'a') });

function endOf(pieces: readonly string[]): number | undefined {
  const search = new ValueSearch();
  search.begin();
  let before = 0;
  for (const piece of pieces) {
    const found = search.endIn(piece);
    if (found !== undefined) return before + found;
    before += piece.length;
  }
  return undefined;
}

test('the end of a value is the same wherever its text is cut', () => {
  expect(endOf(['{"a\\', '"}":[1', ']', '} ,'])).toBe(12);
  expect(endOf(['"\\', '\\', '"', ' '])).toBe(4);
  fc.assert(
    fc.property(text, fc.array(fc.nat(5)), (whole, sizes) => {
      const pieces: string[] = [];
      let at = 0;
      for (const size of sizes) {
        pieces.push(whole.slice(at, at + size));
        at += size;
      }
      expect(endOf([...pieces, whole.slice(at)])).toBe(endOf([whole]));
    }),
  );
});

test('while a value goes on, what comes is laid aside and put together once', () => {
  const window = new TextWindow('f', 1_000_000);
  window.append('  ["a');
  window.peek();
  expect(window.valueEnd()).toBe(more);
  for (let piece = 0; piece < 100; piece++) {
    window.append('bcd');
    expect([window.text, window.valueEnd()]).toEqual(['["a', more]);
  }
  window.append('"] ,');
  expect(window.text).toBe(`["a${'bcd'.repeat(100)}"] ,`);
  expect(window.valueEnd()).toBe(window.text.length - 2);
  window.at = window.valueEnd();
  window.append(' 7');
  expect([window.text, window.start]).toEqual([' , 7', { line: 1, column: 308 }]);
});
