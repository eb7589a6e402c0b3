import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('what two producers put is taken once, the buffer keeps its bound, and all consumers see its end', async () => {
  const lines = await shortRun('condition');
  const taken = lines.slice(0, 2).map((line, n) => Number(new RegExp(`^consumer ${n + 1} has taken (\\d+)$`).exec(line)![1]));
  expect(taken[0]! + taken[1]!).toBe(400);
  expect(lines[2]).toBe('400 put, 400 taken; 1 + 2 + … + 400 = 80200');
  expect(lines[3]).toMatch(/^never more than [1-3] of 3 slots were full$/);
  expect(lines).toHaveLength(4);
});
