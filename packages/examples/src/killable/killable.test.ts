import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('whatever a worker does it can be ended, and its exit code tells how it has ended', async () => {
  expect(await shortRun('killable')).toEqual([
    'a process: it computes; alive: true',
    'a process: terminated; alive: false, exit code -15',
    'a thread: it computes; alive: true',
    'a thread: terminated; alive: false, exit code 1',
    'a deaf process: it is deaf to SIGTERM; alive: true',
    'a deaf process: terminated; alive: false, exit code -9',
    expect.stringMatching(/^a process that says process\.exit\(7\): exit code 7; WorkerDeathError: /),
    'a process whose task throws: exit code 1; RangeError: it is too much',
    'a process whose task returns: exit code 0; a result',
  ]);
});
