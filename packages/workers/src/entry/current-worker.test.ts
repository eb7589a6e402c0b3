import { expect, test } from '@jest/globals';
import { currentWorker, threadPool } from '@millrace/workers';
import { here } from './current-worker.fixture.js';

test('the program and the lanes of a pool have their names', async () => {
  expect(currentWorker()).toMatchObject({ name: 'main', id: 0, kind: 'main', pid: process.pid });
  await threadPool({ workers: 1 }).use(async (pool) => {
    const lane = await pool.submit(here, undefined);
    expect(lane).toMatchObject({ name: 'millrace-lane-0', kind: 'thread', pid: process.pid });
    expect(lane.id).toBeGreaterThan(0);
    expect(lane.threadId).toBeGreaterThan(0);
  });
});
