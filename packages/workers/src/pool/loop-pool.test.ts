import { afterEach, expect, jest, test } from '@jest/globals';
import { loopPool } from '@millrace/workers';
import { computesThenWaits } from './loop-setup.fixture.js';
import { describePool } from './pool.contract.js';

describePool({ name: 'loopPool', make: loopPool, isolated: false });

afterEach(() => {
  jest.useRealTimers();
});

test('loopPool: what a task computes before it first waits counts in its timeoutMs', async () => {
  const pool = loopPool();
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  const settled: unknown[] = [];
  const call = pool.submit(computesThenWaits, () => jest.advanceTimersByTime(90), { timeoutMs: 100 });
  call.catch((error: unknown) => settled.push(error));
  await new Promise(setImmediate);
  expect(settled).toEqual([]);
  await jest.advanceTimersByTimeAsync(10);
  expect(settled).toMatchObject([{ code: 'ERR_TIMEOUT' }]);
  jest.useRealTimers();
  await pool.cancel();
});
