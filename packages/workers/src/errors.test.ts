import { describe, expect, test } from '@jest/globals';
import { CloneError, MillraceError, WorkerDeathError } from '@millrace/workers';

describe('errors', () => {
  test('every error is a MillraceError with a code and the name of its class', () => {
    const error = new CloneError('cannot clone', 'item.a');
    expect(error).toBeInstanceOf(MillraceError);
    expect(error).toBeInstanceOf(Error);
    expect({ name: error.name, code: error.code, path: error.path }).toEqual({
      name: 'CloneError',
      code: 'ERR_CLONE',
      path: 'item.a',
    });
  });

  test('a death tells how the worker ended and why', () => {
    const cause = new Error('boom');
    const death = new WorkerDeathError('lane 0 ended', { exitCode: 1, lastStderrLine: 'boom' }, { cause });
    expect(death).toMatchObject({ exitCode: 1, signal: undefined, lastStderrLine: 'boom', cause });
  });
});
