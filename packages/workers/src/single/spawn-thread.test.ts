import { expect, test } from '@jest/globals';
import { pipe, processQueue, spawnThread } from '@millrace/workers';
import { describeSpawn } from './spawn.contract.js';
import * as tasks from './tasks.fixture.js';

describeSpawn({ kind: 'thread', spawn: spawnThread, terminated: 1 });

test('what is no name, no task and no option is refused at once', () => {
  expect(() => spawnThread('', tasks.nothing)).toThrow('spawnThread: the first argument must be a name');
  expect(() => spawnThread('a', (() => 1) as never, 1)).toThrow(
    /^spawnThread: the second argument must be a task: .* A function cannot cross to a worker/,
  );
  expect(() => spawnThread('a', tasks.nothing, undefined, { deamon: true } as never)).toThrow('did you mean "daemon"?');
  expect(() => spawnThread('a', tasks.nothing, undefined, { graceMs: -1 })).toThrow(RangeError);
  // @ts-expect-error: the task takes a string
  expect(() => spawnThread('', tasks.whereAmI)).toThrow(TypeError);
  // @ts-expect-error: the queue is one of strings
  expect(() => spawnThread('', tasks.consume, processQueue<string>())).toThrow(TypeError);
});

test('an end of a pipe is given to one worker, once, and not while it is in use', async () => {
  const [near, far] = pipe<unknown>();
  expect(() => spawnThread('a', tasks.echo, [far, far] as never)).toThrow('cannot be given to a worker twice');
  const receiving = far.recv();
  expect(() => spawnThread('a', tasks.echo, far)).toThrow('while a recv() waits at it');
  await near.send(1);
  await receiving;
  const worker = spawnThread('first', tasks.echo, far);
  expect(() => spawnThread('second', tasks.echo, far)).toThrow('was given to the worker "first"');
  near.close();
  expect(await worker.result).toBe(0);
  await worker.join();
});

test('what a task leaves running is ended, and does not count', async () => {
  const worker = spawnThread('leaver', tasks.leaveLoop, undefined, { graceMs: 1 });
  expect(await worker.result).toBe(undefined);
  expect(await worker.join()).toBe(true);
  expect(worker.exitCode).toBe(0);
});

test('a task that throws undefined has failed all the same', async () => {
  const [here, there] = pipe<string>();
  const worker = spawnThread('thrower', tasks.obey, { end: there });
  await here.send('throw undefined');
  await worker.join();
  expect(worker.exitCode).toBe(1);
  expect(await here.recv()).toBe('here');
  await expect(here.recv()).rejects.toThrow('the worker "thrower" failed before it closed its end: undefined');
});
