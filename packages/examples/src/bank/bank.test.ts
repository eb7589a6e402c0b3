import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('with the lock nothing is lost, and no audit sees money on its way; without it, what happened is told', async () => {
  const lines = await shortRun('bank');
  const [, one, other, total] = /^without a lock: (-?\d+) \+ (-?\d+) = (-?\d+), and 2000 were paid in$/.exec(lines[0]!)!;
  expect(Number(one) + Number(other)).toBe(Number(total));
  // A lost update loses whole transfers.
  expect(Number(total) % 5).toBe(0);
  expect(lines[1]).toMatch(/^without a lock: \d+ of 1000 audits found a wrong sum$/);
  expect(lines.slice(2)).toEqual([
    'with the lock: 1000 + 1000 = 2000, and 2000 were paid in',
    'with the lock: 0 of 1000 audits found a wrong sum',
  ]);
});
