import { expect, test } from '@jest/globals';
import { redactor } from './redact.js';

test('secrets are taken out wherever they stand', () => {
  expect(redactor(['hunter2'])('pg://me:hunter2@db and hunter2')).toBe('pg://me:***@db and ***');
});

test('as JSON and URLs write them, too', () => {
  const redacted = redactor(['p"a s']);
  expect(redacted(JSON.stringify({ url: 'p"a s' }))).toBe('{"url":"***"}');
  expect(redacted(`?key=${encodeURIComponent('p"a s')}`)).toBe('?key=***');
});

test('a secret that is a part of another leaves nothing of that', () => {
  expect(redactor(['abc', 'abcdef'])('abcdef abc')).toBe('*** ***');
});

test('an empty secret hides nothing', () => {
  expect(redactor([''])('text')).toBe('text');
});
