import { describe, expect, test } from '@jest/globals';
import {
  CloneError,
  ClosedError,
  type OutputLine,
  pipe,
  processQueue,
  type spawnThread,
  TaskError,
  task,
  WorkerDeathError,
} from '@millrace/workers';
import { gone } from './gone.fixture.js';
import * as tasks from './tasks.fixture.js';

export interface SpawnKind {
  readonly kind: 'thread' | 'process';
  readonly spawn: typeof spawnThread;
  /** Exit code of one that was terminated. */
  readonly terminated: number;
}

/** What a promise rejects with. */
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => expect(value).toBe('a rejection'),
    (error: unknown) => error,
  );

/** What threads and processes keep alike. */
export function describeSpawn({ kind, spawn, terminated }: SpawnKind): void {
  describe(`one ${kind}`, () => {
    test('runs its task once, under its name, and ends with code 0', async () => {
      const env = { ...process.env, MILLRACE_TEST: 'yes' };
      const worker = spawn('clerk', tasks.whereAmI, 'hello', { env });
      const namesake = spawn('clerk', tasks.nothing);
      expect(worker).toMatchObject({ name: 'clerk', alive: true, exitCode: undefined });
      const { greeting, here, variable } = await worker.result;
      expect({ greeting, variable }).toEqual({ greeting: 'hello', variable: 'yes' });
      expect(here).toMatchObject({ kind, name: 'clerk', id: worker.id, pid: worker.pid });
      expect(here.pid === process.pid).toBe(kind === 'thread');
      expect(here.threadId > 0).toBe(kind === 'thread');
      expect(namesake.id).not.toBe(worker.id);
      expect(await worker.join()).toBe(true);
      expect(await namesake.join()).toBe(true);
      expect(worker).toMatchObject({ alive: false, exitCode: 0 });
      expect(await namesake.result).toBe(undefined);
      expect(await worker.join(0)).toBe(true);
      await worker.terminate();
      expect(worker.exitCode).toBe(0);
    });

    test('join gives up after its time, and the worker goes on', async () => {
      const [here, there] = pipe<string>();
      const worker = spawn('waiter', tasks.obey, { end: there });
      expect(await worker.join(0)).toBe(false);
      expect(await here.recv()).toBe('here');
      expect(await worker.join(5)).toBe(false);
      expect(worker).toMatchObject({ alive: true, exitCode: undefined });
      await here.send('thanks');
      expect(await worker.join()).toBe(true);
      expect(await worker.result).toBe('thanks');
      await expect(worker.join(-1)).rejects.toThrow(RangeError);
    });

    test('a task that fails has code 1, and its error keeps its class', async () => {
      const worker = spawn('refuser', tasks.refuse, 'too late', { errors: [tasks.Refused] });
      expect(await worker.join()).toBe(true);
      expect(worker.exitCode).toBe(1);
      const error = await rejection(worker.result);
      expect(error).toBeInstanceOf(tasks.Refused);
      expect(error).toMatchObject({ message: 'too late', code: 'E_REFUSED', cause: { message: 'below it' } });
    });

    test('what process.exit says is its code, and a result that never came is a death', async () => {
      const worker = spawn('leaver', tasks.exit, 7);
      const error = await rejection(worker.result);
      expect(error).toBeInstanceOf(WorkerDeathError);
      expect(error).toMatchObject({ exitCode: 7, message: expect.stringContaining('"leaver"') });
      expect(await worker.join()).toBe(true);
      expect(worker.exitCode).toBe(7);
    });

    test('process.exitCode is its code too, and what it prints is heard before its end', async () => {
      const lines: OutputLine[] = [];
      const worker = spawn('printer', tasks.leaveExitCode, 5, { onOutput: (line) => void lines.push(line), graceMs: 1_000_000 });
      expect(await worker.result).toBe('done');
      await worker.join();
      expect(worker.exitCode).toBe(5);
      expect(lines).toEqual([{ stream: 'stdout', text: 'printed' }]);
    });

    test('terminate ends it though it computes; once more changes nothing', async () => {
      const [here, there] = pipe<string>();
      // So long that it is not killed instead, however busy the machine is.
      const worker = spawn('looper', tasks.obey, { end: there }, { graceMs: 1_000_000 });
      await here.recv();
      await here.send('loop');
      const ends = [worker.terminate(), worker.terminate()];
      await Promise.all(ends);
      expect(worker).toMatchObject({ alive: false, exitCode: terminated });
      const error = await rejection(worker.result);
      expect(error).toBeInstanceOf(WorkerDeathError);
      expect(error).toMatchObject({ cause: { code: 'ERR_CLOSED', message: 'the worker "looper" was terminated' } });
      // So does the end of the other end.
      expect(await rejection(here.recv())).toBe(error);
      expect(await rejection(here.send('more'))).toBe(error);
    });

    test('a process below it does not outlive it, though that computes and it is ended at once', async () => {
      const [here, there] = pipe<never, number>();
      const worker = spawn('outer', tasks.nest, { end: there, below: false });
      const pid = await here.recv();
      await worker.terminate('SIGKILL');
      await gone(pid);
      expect(worker.alive).toBe(false);
    });

    test('one that is disposed of is ended', async () => {
      const [, there] = pipe<string>();
      const worker = spawn('using', tasks.obey, { end: there }, { graceMs: 1_000_000 });
      await worker[Symbol.asyncDispose]();
      expect(worker).toMatchObject({ alive: false, exitCode: terminated });
    });

    test('what cannot cross, and what is not there, fails the result and ends the worker', async () => {
      const [end] = pipe<string>();
      const lost = task<unknown, string>(new URL('./tasks.fixture.js', import.meta.url), 'lost');
      const workers = {
        argument: spawn('a', lost, { on: [{ change: () => {} }] }),
        deep: spawn('b', lost, { below: { end } }),
        result: spawn('c', tasks.giveFunction),
        task: spawn('d', lost, 1),
      };
      const faults = await Promise.all(Object.values(workers).map(({ result }) => rejection(result)));
      expect(faults).toEqual([expect.any(CloneError), expect.any(CloneError), expect.any(CloneError), expect.any(TaskError)]);
      expect(faults).toMatchObject([
        { path: 'args.on[0].change' },
        { path: expect.stringMatching(/^args\.below\.end\./) },
        { path: 'output.deep.onChange' },
        { message: expect.stringContaining('has no function "lost" among its exports') },
      ]);
      for (const worker of Object.values(workers)) {
        await worker.join();
        expect(worker.exitCode).toBe(1);
      }
    });
  });

  describe(`pipe to a ${kind}`, () => {
    test('brings what is sent both ways, in order, then the end', async () => {
      const [here, there] = pipe<unknown>({ capacity: 2 });
      const worker = spawn('echo', tasks.echo, there);
      await expect(there.recv()).rejects.toThrow('this end of the pipe was given to the worker "echo"');
      const values = [1, 'two', { three: [3n] }, null, undefined, new Uint8Array([4]), new Uint8Array(200_000).fill(5)];
      const sending = (async () => {
        for (const value of values) await here.send(value);
      })();
      for (const value of values) expect(await here.recv()).toEqual(value);
      await sending;
      expect(await here.poll()).toBe(false);
      here.close();
      expect(await worker.result).toBe(values.length);
    });

    test('ends with the task at its other end, whose failure it tells', async () => {
      const [here, there] = pipe<string>();
      const worker = spawn('ends', tasks.obey, { end: there });
      await here.send('done');
      const received: string[] = [];
      for await (const word of here) received.push(word);
      expect(received).toEqual(['here']);
      expect(await worker.result).toBe('done');
      expect(await here.poll()).toBe(true);
      await expect(here.recv()).rejects.toThrow(ClosedError);
      await expect(here.send('more')).rejects.toThrow('the other end of the pipe is closed');

      const [near, far] = pipe<string>();
      const failing = spawn('fails', tasks.obey, { end: far });
      await near.send('fail');
      expect(await near.recv()).toBe('here');
      const error = await rejection(near.recv());
      expect(error).toBeInstanceOf(ClosedError);
      expect(error).toMatchObject({ message: 'the worker "fails" failed before it closed its end: as told' });
      expect((error as Error).cause).toBe(await rejection(failing.result));
    });
  });

  describe(`queue with a ${kind}`, () => {
    test('a consumer that dies takes with it what it had got, and join tells; the others get the rest', async () => {
      const queue = processQueue<string>();
      const worker = spawn('mortal', tasks.dieOfItem, queue);
      await queue.put('fatal');
      const error = await rejection(queue.join());
      expect(error).toBeInstanceOf(WorkerDeathError);
      expect(error).toMatchObject({ exitCode: 4, message: expect.stringContaining('"mortal" has ended with an item') });
      expect(worker.exitCode).toBe(4);
      await queue.put('next');
      expect(await queue.get()).toBe('next');
      queue.taskDone();
      await queue.join();
    });

    test('what a producer put stays, though it has ended before there was room', async () => {
      const queue = processQueue<number>({ capacity: 2 });
      const worker = spawn('hasty', tasks.hurry, queue);
      await worker.join();
      expect(worker.exitCode).toBe(0);
      expect(await queue.size()).toBe(2);
      queue.close();
      const got: number[] = [];
      for await (const item of queue) got.push(item);
      expect(got).toEqual([0, 1, 2, 3, 4]);
      await expect(queue.get()).rejects.toThrow(ClosedError);
    });
  });
}
