import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { type EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import type { LanePool, LanePoolOptions } from '@millrace/workers';
import { range, start, withPool } from './outcomes.fixture.js';

const resolver = { module: new URL('./process-tasks.fixture.js', import.meta.url).href, export: 'resolve' };
const program = fileURLToPath(new URL('./process-lanes.program.fixture.js', import.meta.url));

const withProcesses = (options: Partial<LanePoolOptions>, body: (pool: LanePool) => Promise<unknown>): Promise<unknown> =>
  withPool({ isolation: 'process', resolver, ...options }, body);

describe('a process that dies', () => {
  test.each([
    ['segfaultAt7', 'SIGSEGV'],
    ['abortAt7', 'SIGABRT'],
  ])('%s: the item is found among its batch, and charged alone', (task, signal) =>
    withProcesses({ size: 2 }, async (pool) => {
      const job = start(pool, { task }, range(20), { batchOf: 20 });
      const outcomes = await job.done;
      expect(outcomes[7]!.death).toMatchObject({
        code: 'ERR_WORKER_DEATH',
        signal,
        message: expect.stringMatching(`^the worker process of lane \\d \\(pid \\d+\\) was ended by ${signal}`),
      });
      expect(outcomes.filter(({ values }) => values.length === 1)).toHaveLength(19);
      // Once in its batch, once alone.
      expect(pool.lanes.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(2);
    }),
  );

  test('loses batches that had not begun without a suspect', () =>
    withProcesses({}, async (pool) => {
      const job = start(pool, { task: 'segfaultAt7' }, [7, 1, 2], { batchOf: 1 });
      const outcomes = await job.done;
      expect(outcomes[0]!.death).toMatchObject({ signal: 'SIGSEGV' });
      expect(outcomes.slice(1)).toEqual([{ values: [1] }, { values: [2] }]);
      expect(pool.lanes[0]!.restarts).toBe(1);
    }));

  test('by a signal from outside is replaced', () =>
    withProcesses({}, async (pool) => {
      const [alive] = await start(pool, { task: 'signalItself' }, ['SIGINT']).done;
      expect(alive!.values).toEqual(['alive']);
      const killed = await start(pool, { task: 'signalItself' }, ['SIGKILL', 'SIGTERM'], { batchOf: 1 }).done;
      expect(killed.map(({ death }) => death)).toMatchObject([{ signal: 'SIGKILL' }, { signal: 'SIGTERM' }]);
      expect(pool.lanes[0]!.restarts).toBe(2);
    }));

  test('cannot make a success of it by listening for uncaught errors', () =>
    withProcesses({}, async (pool) => {
      const [outcome] = await start(pool, { task: 'swallowThenThrow' }, [1]).done;
      expect(outcome!.death).toMatchObject({ exitCode: 1, cause: { name: 'RangeError', message: 'not swallowed' } });
    }));

  test('is not waited for by what it has started', () =>
    withProcesses({}, async (pool) => {
      const [started] = await start(pool, { task: 'leaveChild' }, [1]).done;
      const [outcome] = await start(pool, { task: 'exit' }, [1]).done;
      expect(outcome!.death).toMatchObject({ exitCode: 3 });
      process.kill(started!.values[0] as number);
    }));

  test('out of memory names it, and the pool lives', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'memory'], { timeout: 25_000 });
    const told = JSON.parse(stdout);
    expect(told).toEqual({ signal: 'SIGABRT', lastStderrLine: expect.stringMatching(/heap out of memory$/), finished: 19 });
  });

  test('and cannot be started breaks the jobs', async () => {
    const { execPath } = process;
    process.execPath = '/nowhere/node';
    try {
      await withProcesses({ maxRestarts: 1 }, async (pool) => {
        const job = start(pool, { task: 'same' }, [1]);
        await expect(job.done).rejects.toMatchObject({
          message: expect.stringMatching(/the worker process of lane 0 could not be started: .*ENOENT/),
          cause: { code: 'ERR_WORKER_DEATH', cause: { code: 'ENOENT' } },
        });
      });
    } finally {
      process.execPath = execPath;
    }
  });
});

/** Starts a program with two lanes, which run the task; resolves when the program and both lanes have ended. */
const allEnd = (task: string, onRunning: (program: ChildProcess) => void, end: readonly string[] = []): Promise<void> =>
  allEndOf((port) => spawn(process.execPath, [program, task, port, ...end], { stdio: 'ignore' }), onRunning);

async function allEndOf<Host extends EventEmitter>(
  begin: (port: string) => Host,
  onRunning: (host: Host) => void,
): Promise<void> {
  const ended: Promise<unknown>[] = [];
  const server = createServer((lane) => {
    ended.push(once(lane.on('error', () => {}).resume(), 'close'));
    if (ended.length === 2) onRunning(pool);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const pool = begin(String(port));
  await once(pool, 'exit');
  await Promise.all(ended);
  expect(ended).toHaveLength(2);
  server.close();
}

test.each(['never', 'busy'])('no process is left when that of the pool is killed (%s)', (task) =>
  allEnd(task, (pool) => setTimeout(() => pool.kill('SIGKILL'), 100)),
);

test.each(['exit', 'throw'])('no process is left when its program ends while it computes (%s)', (end) =>
  allEnd('loop', () => undefined, [end]),
);

test.each(['never', 'loop'])(
  'no process is left when the thread of the pool is terminated, and the program lives on (%s)',
  (task) =>
    allEndOf(
      (port) => new Worker(program, { argv: [task, port] }),
      (thread) => setTimeout(() => void thread.terminate(), 200),
    ),
);
