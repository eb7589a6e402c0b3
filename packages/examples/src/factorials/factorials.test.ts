import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';
import { expectedDigits } from './tasks.js';

test('factorials have the digits that are known, in the order of the numbers', async () => {
  const lines = await shortRun('factorials');
  expect(lines.slice(0, 5)).toEqual([
    '100! has 158 digits',
    '200! has 375 digits',
    '300! has 615 digits',
    '400! has 869 digits',
    '500! has 1135 digits',
  ]);
  expect(lines[5]).toMatch(/^took .* on 2 threads$/);
});

test('the check by logarithms agrees with published numbers of digits', () => {
  expect([1, 10, 1_000, 100_000].map(expectedDigits)).toEqual([1, 7, 2_568, 456_574]);
});
