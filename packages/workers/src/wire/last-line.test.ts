import { expect, test } from '@jest/globals';
import { LastLine } from './last-line.js';

function lastOf(...pieces: readonly string[]): string | undefined {
  const last = new LastLine();
  for (const piece of pieces) last.push(piece);
  return last.line;
}

test('the last line is kept, whole or not, and however it is cut', () => {
  expect(lastOf()).toBeUndefined();
  expect(lastOf('one\ntwo\n')).toBe('two');
  expect(lastOf('one\ntw', 'o')).toBe('two');
  expect(lastOf('one\n', 'two\n', '\n  \n')).toBe('two');
  expect(lastOf('one\r\ntwo\r\n', '\r\n')).toBe('two');
  expect(lastOf('x'.repeat(10_000))).toHaveLength(4096);
  expect(lastOf(`${'x'.repeat(10_000)}\n`)).toHaveLength(4096);
});

test('the stack traces of an abort do not hide what went before it', () => {
  const trace = ['----- Native stack trace -----', '', ' 1: 0xb8ced1 node::OOMErrorHandler [node]', '12: 0x7f00 [node]', ''];
  const own = ['----- JavaScript stack trace -----', '', '1: parse (file:///a/b.js:7:47)', '2: file:///a/b.js:95:5', ''];
  expect(lastOf('FATAL ERROR: heap out of memory\n', ...[...trace, ...own].map((line) => `${line}\n`))).toBe(
    'FATAL ERROR: heap out of memory',
  );
});
