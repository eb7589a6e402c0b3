import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { paramsOf } from './params.js';

test('nothing set gives no params', () => {
  expect(paramsOf({})).toBeUndefined();
});

test('paths make objects, and values are what JSON says they are, else text', () => {
  expect(
    paramsOf({ file: 'in.csv', 'limits.max': '3', 'limits.strict': 'true', day: '2026-11-25', id: '"7"', list: '[1]' }),
  ).toEqual({
    file: 'in.csv',
    limits: { max: 3, strict: true },
    day: '2026-11-25',
    id: '7',
    list: [1],
  });
});

test('integers keep their digits, as texts where a number would lose some', () => {
  const list =
    '[9007199254740993, -9007199254740993, 9007199254740992, 1e300, {"9007199254740993": "9007199254740993 \\" 9007199254740993"}]';
  expect(paramsOf({ id: '9007199254740993', zeros: '1'.repeat(400), list })).toEqual({
    id: '9007199254740993',
    zeros: '1'.repeat(400),
    list: [
      '9007199254740993',
      '-9007199254740993',
      9007199254740992,
      1e300,
      { '9007199254740993': '9007199254740993 " 9007199254740993' },
    ],
  });
});

test('values are what JSON says of JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(paramsOf({ value: text })).toEqual({ value: JSON.parse(text) });
    }),
  );
});

test('a path through a value is refused', () => {
  expect(() => paramsOf({ n: '1', 'n.m': '2' })).toThrow('--set n.m=…: "n" has been set to a value, which has no members');
});

test('a name of Object is a name like others', () => {
  const params = paramsOf({ '__proto__.x': '1' }) as object;
  expect(Object.keys(params)).toEqual(['__proto__']);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});
