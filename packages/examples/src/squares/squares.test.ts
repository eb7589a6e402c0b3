import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('squares and quads are right on threads and processes; what a worker keeps in a variable its parent does not see', async () => {
  expect(await shortRun('squares')).toEqual([
    'threads: square 1 4 9, quad 1 16 81',
    'threads: the worker has seen [1 4 9], its parent []',
    'processes: square 1 4 9, quad 1 16 81',
    'processes: the worker has seen [1 4 9], its parent []',
  ]);
});
