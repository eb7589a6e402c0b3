import { describe, expect, test } from '@jest/globals';
import { TaskTimes } from './task-times.js';

/** Task times on a clock that the test moves, and how often it was looked at. */
function bench() {
  const clock = { at: 0, looks: 0 };
  const times = new TaskTimes(() => {
    clock.looks += 1;
    return clock.at;
  });
  const run = (ms: number, count = 1): void => {
    for (let i = 0; i < count; i += 1) {
      const timed = times.begin();
      clock.at += ms;
      if (timed !== undefined) times.end(timed);
    }
  };
  return { clock, times, run };
}

describe('the times of tasks', () => {
  test('are those of each while they are slow', () => {
    const { times, run } = bench();
    run(10, 99);
    run(40);
    expect(times.spread).toMatchObject({ count: 100, mean: 10.3, max: 40 });
  });

  test('are looked at ever more seldom while tasks are fast, and each that is stands for the others', () => {
    const { times, run, clock } = bench();
    run(0.001, 13_000);
    expect(clock.looks).toBeLessThan((13_000 / 13) * 2 + 20);
    const { count, mean } = times.spread!;
    expect(count).toBeGreaterThan(13_000 - 13);
    expect(mean).toBeCloseTo(0.001);
  });

  test('a slow one after many fast ones makes all be timed again', () => {
    const { run, clock } = bench();
    run(0.001, 1000);
    run(5, 26);
    const before = clock.looks;
    run(5, 20);
    expect(clock.looks - before).toBe(40);
  });

  test('of none are not known', () => {
    expect(bench().times.spread).toBeUndefined();
  });
});
