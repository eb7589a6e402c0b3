import { expect, test } from '@jest/globals';
import { valueText } from './value-text.js';

test('a value is shown by what it is, shortly', () => {
  class Order {}
  const shown: readonly (readonly [value: unknown, text: string])[] = [
    [undefined, 'undefined'],
    [null, 'null'],
    [Number.NaN, 'NaN'],
    [-1.5, '-1.5'],
    [3n, '3n'],
    ['a"b', '"a\\"b"'],
    [Symbol('s'), 'Symbol(s)'],
    [[1, 2], 'an array'],
    [{ a: 1 }, 'an object'],
    [Object.create(null), 'an object'],
    [new Order(), 'an Order'],
    [new Map(), 'a Map'],
    [Order, 'function Order'],
    [() => 1, 'a function'],
  ];
  for (const [value, text] of shown) expect(valueText(value)).toBe(text);
});

test('a long string is cut', () => {
  expect(valueText('x'.repeat(1000))).toBe(`"${'x'.repeat(60)}"…`);
});
