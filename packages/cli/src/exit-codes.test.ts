import { expect, test } from '@jest/globals';
import { exitOf, UsageError } from './exit-codes.js';

const withCode = (code: string, options?: ErrorOptions): Error => Object.assign(new Error(code, options), { code });

test.each([
  ['a usage error', new UsageError('no'), 'usage'],
  ['an invalid file', withCode('ERR_CONFIG'), 'config'],
  [
    'a file that cannot be read, as the cause of a failed stage',
    withCode('ERR_STAGE', { cause: withCode('ERR_FILE') }),
    'inputOutput',
  ],
  [
    'a refused connection, deep in the causes',
    new Error('a', { cause: new Error('b', { cause: withCode('ECONNREFUSED') }) }),
    'unavailable',
  ],
  ['a refused connection among several', new AggregateError([new Error('a'), withCode('ECONNREFUSED')]), 'unavailable'],
  ['a server that a connector calls unreachable', Object.assign(withCode('ERR_POSTGRES'), { unreachable: true }), 'unavailable'],
  ['a server that refuses what it is asked', Object.assign(withCode('ERR_POSTGRES'), { unreachable: false }), 'failed'],
  ['a driver that is not installed', withCode('ERR_STAGE', { cause: withCode('ERR_MISSING_PACKAGE') }), 'unavailable'],
  ["a file that a task's own code misses", withCode('ERR_STAGE', { cause: withCode('ENOENT') }), 'failed'],
  ['an error without a code', new Error('a'), 'failed'],
  ['a code that an object inherits', withCode('toString'), 'failed'],
  ['what is no error', 'a', 'failed'],
])('%s', (_, error, exit) => {
  expect(exitOf(error)).toBe(exit);
});

test('an endless chain of causes ends', () => {
  const error = new Error('a');
  error.cause = error;
  expect(exitOf(error)).toBe('failed');
});
