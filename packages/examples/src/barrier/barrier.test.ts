import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('no worker begins a step before all have ended the one before, and the rod is that of one thread, bit by bit', async () => {
  // After two steps: 0 + 0.25 · 100, then 25 + 0.25 · (100 − 2 · 25 + 0).
  expect(await shortRun('barrier', { steps: 2 })).toEqual([
    '3 workers have computed 6 parts of 2 steps',
    'begun before all had ended the step before: 0',
    'points that one thread computes otherwise: 0 of 30',
    'the second point has 37.500 of 100 degrees',
  ]);
});
