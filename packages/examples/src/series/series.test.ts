import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('fib, fac and sum give the same alone and side by side', async () => {
  const lines = await shortRun('series');
  const values = ['fib(12) = 233', 'fac(12) = 479001600', 'sum(12) = 78'];
  expect(lines.slice(0, 3)).toEqual(values);
  expect(lines[3]).toMatch(/^one after another: /);
  expect(lines.slice(4, 7).sort()).toEqual([...values].sort());
  expect(lines[7]).toMatch(/^side by side: /);
});
