import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('variables, arguments and environment are copies in both; memory and folder differ; files and queues are shared', async () => {
  const own = [
    "the module's variable is 1 there, 0 here",
    'its argument is apple and pear there, apple here',
    'the environment variable is set there, unset here',
  ];
  const shared = 'the file has a line, the queue has a letter';
  expect(await shortRun('own-and-shared')).toEqual([
    ...own.map((line) => `a thread: ${line}`),
    'a thread: its process is that of the program',
    'a thread: its folder is that of the program: process.chdir() is not supported in workers',
    'a thread: shared memory: it has counted, here it is 1',
    `a thread: ${shared}`,
    ...own.map((line) => `a process: ${line}`),
    'a process: its process is another one',
    'a process: its folder is the one that it has gone to, without the program',
    'a process: shared memory: refused, ERR_CLONE',
    `a process: ${shared}`,
  ]);
});
