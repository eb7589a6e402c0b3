import { expect, test } from '@jest/globals';
import { CloneError, processPool, spawnThread, threadPool } from '@millrace/workers';
import { all, failing, range, rejection } from './pool-kit.fixture.js';
import { deepAt, deepThenExit, kindOf, nested, throwDeep } from './unread.fixture.js';

const unread = (path: string) => ({
  code: 'ERR_CLONE',
  path,
  message: expect.stringContaining(`${path} was copied, and could not be read at the other end (`),
});

test.each([
  ['threads', threadPool],
  ['processes', processPool],
])('W9: an output that cannot be read on the main thread fails its item alone, and %s go on', async (_, poolOf) => {
  const pool = poolOf({ workers: 1 });
  const settled = await all(pool.asCompleted(deepAt, failing(7, 20), { chunkSize: 10 }));
  expect(settled.flatMap(({ index, status }) => (status === 'rejected' ? [index] : []))).toEqual([7]);
  expect(settled.find(({ index }) => index === 7)).toMatchObject({ reason: { code: 'ERR_CLONE', path: 'output' } });
  expect(settled).toHaveLength(20);
  expect(pool.lanes).toMatchObject([{ restarts: 0 }]);
  await pool.drain();
});

test('W9: an item that a worker cannot read fails alone, and the worker goes on', async () => {
  // A smaller stack than that of the main thread.
  const pool = threadPool({ workers: 1, resourceLimits: { stackSizeMb: 0.5 } });
  const settled = await all(pool.asCompleted(kindOf, [1, nested(2_500), 3], { chunkSize: 3 }));
  expect(settled.find(({ index }) => index === 1)).toMatchObject({ status: 'rejected', reason: unread('item') });
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(pool.lanes).toMatchObject([{ restarts: 0 }]);
  await pool.drain();
});

test('many that cannot be read cost no worker, and what is thrown is one of them', () =>
  threadPool({ workers: 2 }).use(async (pool) => {
    const items = range(30).map(() => ({ at: 1, item: 1 }));
    const settled = await all(pool.asCompleted(deepAt, items, { chunkSize: 5 }));
    expect(settled.every((outcome) => outcome.status === 'rejected' && outcome.reason instanceof CloneError)).toBe(true);
    expect(await rejection(pool.submit(throwDeep, 1))).toMatchObject(unread('output'));
    expect(pool.lanes.map(({ restarts }) => restarts)).toEqual([0, 0]);
  }));

test('an item that is nested too deeply to be sent is told as such', () =>
  threadPool({ workers: 1 }).use(async (pool) => {
    expect(await rejection(pool.submit(kindOf, nested(20_000)))).toMatchObject({
      path: 'item',
      message: expect.stringContaining('item is nested too deeply to be copied'),
    });
  }));

test('what a worker sent that cannot be read does not end the program when it is found after the worker', async () => {
  const pool = threadPool({ workers: 1, maxRestarts: 0 });
  await pool.submit(kindOf, 1);
  const failed = rejection(pool.submit(deepThenExit, 1));
  // The thread is busy while both come, so that the end of the worker is heard first.
  for (let turn = 0; turn < 6; turn += 1) {
    await new Promise(setImmediate);
    for (const until = Date.now() + 200; Date.now() < until; );
  }
  expect(await failed).toMatchObject({ code: 'ERR_WORKER_DEATH', exitCode: 3 });
  await pool.drain();
});

test('a single worker whose result cannot be read fails with that', async () => {
  const worker = spawnThread('deep', deepAt, { at: 1, item: 1 });
  expect(await rejection(worker.result)).toMatchObject(unread('output'));
  await worker.join();
  expect(worker.exitCode).toBe(1);
});
