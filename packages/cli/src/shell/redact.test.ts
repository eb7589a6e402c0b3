import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { redactor } from './redact.js';

test('secrets are taken out wherever they stand', () => {
  expect(redactor(['hunter2'])('pg://me:hunter2@db and hunter2')).toBe('pg://me:***@db and ***');
});

test('a secret that is a part of another leaves nothing of that', () => {
  expect(redactor(['abc', 'abcdef'])('abcdef abc')).toBe('*** ***');
});

test('secrets that overlap leave nothing of either, and those that touch stay two', () => {
  expect(redactor(['abcd', 'cdef'])('-abcdef-')).toBe('-***-');
  expect(redactor(['abcd', 'efgh'])('abcdefgh')).toBe('******');
  expect(redactor(['*'])('a * b')).toBe('a *** b');
});

test('an empty secret hides nothing', () => {
  expect(redactor([''])('text')).toBe('text');
});

describe('a secret is taken out as it is written', () => {
  const secret = 'p"a s\\@\'/?#é';
  const redacted = redactor([secret]);

  test('by JSON and by console.log', () => {
    expect(redacted(JSON.stringify({ url: secret }))).toBe('{"url":"***"}');
    expect(redacted(inspect({ url: secret }))).toMatch(/^\{ url: (.)\*\*\*\1 \}$/);
  });

  test.each([
    ['encodeURIComponent', `/items?key=${encodeURIComponent(secret)}&x`, '/items?key=***&x'],
    ['encodeURI', `/items?key=${encodeURI(secret)}&x`, '/items?key=***&x'],
    ['URLSearchParams', `/items?${new URLSearchParams({ key: secret, x: '' })}`, '/items?key=***&x='],
    ['the text of a URL', new URL(`http://h/${secret}/items`).href, 'http://h/***/items'],
    ['the query of a URL', new URL(`http://h/?key=${secret}&x`).href, 'http://h/?key=***&x'],
    ['the hash of a URL', new URL(`http://h/#${secret}!`).href, 'http://h/#***!'],
    ['another scheme', new URL(`db://h/${secret}/items`).href, 'db://h/***/items'],
  ])('by %s', (_, text, told) => {
    expect(redacted(text)).toBe(told);
  });

  test.each(['username', 'password', 'pathname', 'search', 'hash'] as const)('by the %s that a URL is given', (part) => {
    const url = new URL('http://h');
    url[part] = secret;
    expect(redacted(url.href)).toContain('***');
    expect(redacted(url.href)).not.toMatch(/%C3|é|s%/);
  });

  test('in a path, where a space alone is encoded', () => {
    expect(redactor(['my pass@word'])('GET http://h/my%20pass@word/items')).toBe('GET http://h/***/items');
  });
});

describe('of a secret of several lines', () => {
  const secret = '-----BEGIN KEY-----\r\n  MIIBVgIB/+==\r\n}\r\nq9=\r\n-----END KEY-----\r\n';
  const redacted = redactor([secret]);

  test('each line is a secret, without what it is indented by', () => {
    expect(secret.split('\r\n').map((line) => redacted(`key ${line}`))).toEqual([
      ...['key ***', 'key   ***', 'key }', 'key ***', 'key ***', 'key '],
    ]);
    expect(redacted(`?line=${encodeURIComponent('MIIBVgIB/+==')}`)).toBe('?line=***');
  });

  test('nothing is left where it is told whole', () => {
    expect(redacted(`<${secret}>`)).toBe('<***>');
    expect(redacted(JSON.stringify(secret))).toBe('"***"');
  });

  test('a line of one to three characters is one only where it stands by itself', () => {
    expect(redacted('q9= [q9=] xq9=')).toBe('*** [***] xq9=');
  });

  test('a secret of which no line is longer is not told whole all the same', () => {
    expect('ab\n12\n'.split('\n').map(redactor(['ab\n12']))).toEqual(['***', '***', '']);
  });
});

test('what a URL leaves of a secret with dots is not taken for it', () => {
  expect(redactor(['long/../b'])('a b long/../b')).toBe('a b ***');
});
