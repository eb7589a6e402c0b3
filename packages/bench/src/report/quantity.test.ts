import { expect, test } from '@jest/globals';
import { count, micros, percent, quantity, times } from './quantity.js';

test.each([
  [0.000_461_2, '0.000461'],
  [0.95, '0.950'],
  [0.9999, '1.00'],
  [1.974, '1.97'],
  [19.96, '20.0'],
  [99.96, '100'],
  [4408.4, '4,408'],
  [0, '0.00'],
])('%p has three digits that count: %s', (value, text) => {
  expect(quantity(value)).toBe(text);
});

test('units', () => {
  expect([count(3_000_000), micros(23.61), percent(0.0501), percent(1), times(20.04)]).toEqual([
    '3,000,000',
    '23.6 µs',
    '5.0%',
    '100%',
    '20.0×',
  ]);
});
