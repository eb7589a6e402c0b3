import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('the ranges are parted among child processes, each taken once, and the sum is right', async () => {
  const lines = await shortRun('distribution');
  expect(lines[0]).toBe(`this is process ${process.pid}`);
  expect(lines.at(-1)).toBe('there are 168 primes below 1000');
  const taken = lines.slice(1, -1).map((line) => /^process (\d+) has taken (\d+) of 10 ranges$/.exec(line)!.slice(1).map(Number));
  expect(taken.length).toBeGreaterThanOrEqual(1);
  expect(taken.length).toBeLessThanOrEqual(2);
  expect(taken.map(([pid]) => pid)).not.toContain(process.pid);
  expect(taken.reduce((sum, [, ranges]) => sum + ranges!, 0)).toBe(10);
});
