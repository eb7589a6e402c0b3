import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('countdowns count the same steps one after another, on the event loop and on threads', async () => {
  const lines = (await shortRun('countdowns')).map((line) => line.replace(/\d+\.\d\d s$/, 'T'));
  expect(lines).toEqual([
    'one after another: 2000 steps in T',
    'on the event loop: 2000 steps in T',
    'on 2 threads: 2000 steps in T',
  ]);
});
