import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('without a lock no more is counted than was done, and with it exactly that', async () => {
  const [without, ...others] = await shortRun('shared-counter');
  const [, counted, lost] = /^without a lock: (\d+) of 4000, (\d+) updates lost$/.exec(without!)!;
  // The last write of all is of 1 at least.
  expect(Number(counted)).toBeGreaterThanOrEqual(1);
  expect(Number(counted)).toBeLessThanOrEqual(4_000);
  expect(Number(counted) + Number(lost)).toBe(4_000);
  expect(others).toEqual(['with a Lock: 4000 of 4000, 0 updates lost', 'with SharedValue.add: 4000 of 4000, 0 updates lost']);
});
