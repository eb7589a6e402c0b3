import { describe, expect, test } from '@jest/globals';
import { loopPool } from '@millrace/workers';
import { closeGate, happened, same, setup, teardown } from './loop-setup.fixture.js';

describe('a lane of the event loop whose setup is under way', () => {
  test('is free once when its call is given up and the setup fails then', async () => {
    const open = closeGate();
    const pool = loopPool({ workers: 1, setup });
    const aborter = new AbortController();
    const call = pool.submit(same, 1, { signal: aborter.signal });
    await new Promise(setImmediate);
    aborter.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    open('badly');
    await new Promise(setImmediate);
    closeGate()('well');
    expect(await Promise.all([2, 3, 4].map((item) => pool.submit(same, item)))).toEqual([2, 3, 4]);
    await pool.drain();
  });

  test('takes back what was set up after the pool was cancelled, and runs nothing', async () => {
    const open = closeGate();
    const pool = loopPool({ workers: 1, setup, teardown });
    const call = pool.submit(same, 1);
    await new Promise(setImmediate);
    const cancelled = pool.cancel();
    await expect(call).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    open('well');
    await cancelled;
    expect(happened).toEqual(['set up', 'torn down']);
  });

  test('takes back what was set up after startTimeoutMs, also when later calls use it', async () => {
    const open = closeGate();
    const pool = loopPool({ workers: 1, setup, teardown, startTimeoutMs: 100 });
    await expect(pool.submit(same, 1)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    open('well');
    expect(await pool.submit(same, 2)).toBe(2);
    await pool.drain();
    const count = (what: string): number => happened.filter((one) => one === what).length;
    expect(count('set up')).toBeGreaterThan(0);
    expect(count('torn down')).toBe(count('set up'));
    expect(happened.at(-1)).toBe('torn down');
  });

  test('is waited for when the pool drains, though its only call has run out of startTimeoutMs', async () => {
    const open = closeGate();
    const pool = loopPool({ workers: 1, setup, teardown, startTimeoutMs: 100 });
    await expect(pool.submit(same, 1)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    const drained = pool.drain();
    open('well');
    await drained;
    expect(happened).toEqual(['set up', 'torn down']);
  });

  test('takes it back when its only call was given up', async () => {
    const open = closeGate();
    const pool = loopPool({ workers: 1, setup, teardown });
    const call = pool.submit(same, 1, { signal: AbortSignal.timeout(1) });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
    const drained = pool.drain();
    open('well');
    await drained;
    expect(happened).toEqual(['set up', 'torn down']);
  });
});
