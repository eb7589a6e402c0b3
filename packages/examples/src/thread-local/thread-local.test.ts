import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('each thread has a student of its own, and the main thread none of theirs', async () => {
  expect(await shortRun('thread-local')).toEqual([
    'hello Alice, in thread 1; before that it was nobody',
    'hello Bob, in thread 2; before that it was nobody',
    'hello nobody, in main',
  ]);
});
