import { expect, test } from '@jest/globals';
import type { WorkerDeathError } from '../errors.js';
import { ThrownDecoder } from '../wire/remote-error.js';
import { startThread } from './thread-port.js';

const resolver = { module: 'file:///absent.js', export: 'resolve' };

test('a worker that cannot be made dies as others do, and not within the call that starts it', async () => {
  const deaths: WorkerDeathError[] = [];
  const port = startThread(
    // As a machine without threads to give, and a program that may have none, the constructor throws.
    { lane: 2, resolver, startTimeoutMs: 9_000, resourceLimits: undefined, thrown: new ThrownDecoder(), env: 1 as never },
    { onFrame: () => {}, onUnread: () => {}, onDeath: (death) => deaths.push(death) },
  );
  expect(deaths).toEqual([]);
  port.post({ kind: 'exit', exitCode: 0 });
  expect(port.running()).toBe('none');
  await port.terminate();
  expect(deaths).toMatchObject([
    {
      code: 'ERR_WORKER_DEATH',
      exitCode: undefined,
      message: expect.stringMatching(/^the worker of lane 2 could not be started: The "options\.env" property must be/),
      cause: { code: 'ERR_INVALID_ARG_TYPE' },
    },
  ]);
});
