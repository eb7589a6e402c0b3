import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('the same job gives the same on the event loop, on threads and on processes, errors too', async () => {
  const lines = ['27 takes 111 steps', 'of 1 to 30, 27 takes most: 111', '0 fails: RangeError: 0 never comes to 1'];
  expect(await shortRun('executors')).toEqual(
    ['loopPool', 'threadPool', 'processPool'].flatMap((pool) => lines.map((line) => `${pool}: ${line}`)),
  );
});
