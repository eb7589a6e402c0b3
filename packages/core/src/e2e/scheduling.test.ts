import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { upTo } from './kit.fixture.js';
import { flooding, type Log, limited, upAndDown } from './scheduling.fixture.js';

afterEach(() => {
  jest.restoreAllMocks();
});

const logOf = (numbers: number): Log => new Int32Array(new SharedArrayBuffer(4 * numbers));

describe('the cpu stages of a run share its lanes', () => {
  test('W8 downstream first: what has come far is finished before something new is begun', async () => {
    const log = logOf(3);
    // No slice of the main thread ends, after which what has come back would wait for a turn of its loop.
    jest.spyOn(performance, 'now').mockReturnValue(performance.now());
    await upAndDown.run(log, { workers: 1 });
    expect([log[0], log[1]]).toEqual([300, 300]);
    // Two batches may be on their way to a lane, and one more is chosen before what they gave is back.
    expect(log[2]).toBeLessThanOrEqual(4);
  });

  test('W8 each within its own limit, and all of them together within that of the pool', async () => {
    const gauge = logOf(6);
    const report = await limited.run(gauge, { workers: 3 });
    expect(report.delivered).toBe(300);
    expect(gauge[1]).toBe(1);
    expect(gauge[3]).toBeLessThanOrEqual(2);
    expect(gauge[5]).toBeLessThanOrEqual(3);
    expect(report.stages.find(({ name }) => name === 'one')!.lanes.reduce((sum, { items }) => sum + items, 0)).toBe(300);
  });

  test.each([1, 2])(
    'W8 and a stage that could fill all of them for ever leaves them to those behind it: %i lanes',
    async (workers) => {
      const got: number[] = [];
      for await (const n of flooding.iterate(undefined, { workers })) got.push(n);
      expect(got.sort((a, b) => a - b)).toEqual(upTo(9000));
    },
    // 18,000 messages, one after another: they take a busy machine long, and only a hang takes longer.
    90_000,
  );
});
