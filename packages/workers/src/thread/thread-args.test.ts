import { expect, test } from '@jest/globals';
import { threadArgs } from './thread-args.js';

test.each<[string[], string[]]>([
  [
    ['--import', 'tsx', '--conditions=dev'],
    ['--import', 'tsx', '--conditions=dev'],
  ],
  [
    ['--input-type=module', '--no-warnings', '-e', 'run()'],
    ['--no-warnings', '-e', 'run()'],
  ],
  [['--input-type', 'module', '--cpu-prof'], ['--cpu-prof']],
])('the thread of a lane is started without the type of the input: %j become %j', (program, lane) => {
  expect(threadArgs(program)).toEqual(lane);
});
