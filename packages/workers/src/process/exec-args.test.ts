import { describe, expect, test } from '@jest/globals';
import { execArgs, laneEnvironment } from './exec-args.js';

describe('options of Node.js for the process of a lane', () => {
  test.each<[string[], string[]]>([
    [
      ['--enable-source-maps', '--conditions=dev'],
      ['--enable-source-maps', '--conditions=dev'],
    ],
    [
      ['--import', 'tsx', '--no-warnings'],
      ['--import', 'tsx', '--no-warnings'],
    ],
    [['--inspect-brk=9229', '--inspect', '--inspect-port', '1', '--inspect-port=1'], []],
    [['--input-type=module', '-e', 'run()', '--no-warnings'], ['--no-warnings']],
    [
      ['--input-type', 'module', '-pe', '-run()', '-C', 'dev'],
      ['-C', 'dev'],
    ],
    [
      ['--cpu-prof', '--cpu-prof-dir', 'profiles', '-r', './first.cjs'],
      ['-r', './first.cjs'],
    ],
    [['--watch', '--watch-path=src', '--test', '--cpu-prof'], []],
  ])('%j become %j', (program, lane) => {
    expect(execArgs(program, undefined)).toEqual(lane);
  });

  test('end with the limits, which then count', () => {
    const limits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 48 };
    expect(execArgs(['--max-old-space-size=4096'], limits)).toEqual([
      '--max-old-space-size=4096',
      '--max-old-space-size=24',
      '--max-semi-space-size=16',
    ]);
  });

  test('in the environment do without a debugger, and are else left alone', () => {
    const environment = { HOME: '/', NODE_OPTIONS: '--max-http-header-size=1 --inspect=0.0.0.0:9229 --inspect-brk' };
    expect(laneEnvironment(environment)).toEqual({ HOME: '/', NODE_OPTIONS: '--max-http-header-size=1' });
    const other = { NODE_OPTIONS: '--no-warnings' };
    expect(laneEnvironment(other)).toBe(other);
  });
});
