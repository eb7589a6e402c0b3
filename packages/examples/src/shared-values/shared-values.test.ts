import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('the parent sees what threads have changed, no addition is lost, and a process is refused', async () => {
  expect(await shortRun('shared-values')).toEqual([
    'at first: 0, 0 1 2 3 4 5 6 7 8 9',
    'a thread has changed them: 3.141592653589793, 0 -1 -2 -3 -4 -5 -6 -7 -8 -9',
    '2 threads have added 50 times: 50, 100 100 100 100 100 100 100 100 100 100',
    'a process does not get them: ERR_CLONE, args.value',
  ]);
});
