import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('never are more licences in use than there are, all workers get theirs, and all are given back', async () => {
  const lines = await shortRun('semaphore');
  expect(lines.slice(0, 3).sort()).toEqual([1, 2, 3].map((n) => `worker ${n} has done 3 jobs`));
  expect(lines[3]).toMatch(/^never more than [12] of 2 licences were in use$/);
  expect(lines.slice(4)).toEqual(['in the end 2 are there']);
});
