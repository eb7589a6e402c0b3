import { expect, test } from '@jest/globals';
import { difference } from './printed.js';

test.each([
  ['a\nb\n', '\na  \nb\n\n'],
  ['…', ''],
  ['…\nend', 'a\nb\nend'],
  ['a\n…\nc\n…\nc', 'a\nb\nc\nc'],
  ['took … ms, … items', 'took 12 ms, 3 items'],
  ['… delivered', '3 delivered'],
  ['a…a', 'aa'],
  ['…\n  a\nb', '  a\nb'],
])('%j is what %j shows', (shown, printed) => {
  expect(difference(shown, printed)).toBeUndefined();
});

test('numbers may be other ones where the page says so', () => {
  expect(difference('task 1: 31 ms, -1,000.5\nend', 'task 12: 7.5 ms, 0\nend', true)).toBeUndefined();
  expect(difference('task 1: 31 ms', 'task 1: soon', true)).toBe('the page shows "task 1: 31 ms", which was not printed there');
});

test.each([
  ['a\nc', 'a\nb', 'the page shows "c", which was not printed there'],
  ['a', 'a\nb', 'more was printed than the page shows'],
  ['a\nb', 'a', 'the page shows "b", which was not printed there'],
  ['a…a', 'a', 'the page shows "a…a", which was not printed there'],
  ['took … ms', 'took 12 s', 'the page shows "took … ms", which was not printed there'],
  ['…\nend', 'a\nb', 'the page shows "end", which was not printed there'],
])('%j is not what %j shows', (shown, printed, differs) => {
  expect(difference(shown, printed)).toBe(differs);
});
