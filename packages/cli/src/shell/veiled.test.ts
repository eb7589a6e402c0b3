import { expect, test } from '@jest/globals';
import { redactor } from './redact.js';
import { veiled } from './veiled.js';

const text = redactor(['42', 'hunter2']);
const isSecret = (number: number | bigint): boolean => String(number) === '42';

test('secrets are taken out of texts, however deep, and what is told stays as it is', () => {
  const value = { a: ['hunter2', { b: 'x42' }], c: null, d: true, e: undefined, at: new Date(42) };
  expect(veiled(value, { text })).toEqual({ ...value, a: ['***', { b: 'x***' }] });
  expect(value.a[0]).toBe('hunter2');
});

test('a number that is a secret becomes a text, where that is asked for; one that holds its digits stays', () => {
  const value = { a: 42, b: 42n, c: 142 };
  expect(veiled(value, { text, isSecret })).toEqual({ a: '***', b: '***', c: 142 });
  expect(veiled(value, { text })).toEqual(value);
});

test('names of members are the user’s where that is said', () => {
  const value = JSON.parse('{ "hunter2": 1, "__proto__": "hunter2" }');
  expect(JSON.stringify(veiled(value, { text, keys: true }))).toBe('{"***":1,"__proto__":"***"}');
  expect(JSON.stringify(veiled(value, { text }))).toBe('{"hunter2":1,"__proto__":"***"}');
});
