import { describe, expect, test } from '@jest/globals';
import { ManualTimers } from '../timers.fixture.js';
import { FillTimer } from './fill-timer.js';

function bench(ms: number) {
  const timers = new ManualTimers();
  let due = 0;
  const timer = new FillTimer(ms, timers, () => {
    due += 1;
  });
  return { timers, timer, due: () => due };
}

describe('FillTimer', () => {
  test('is due once, its time after the beginning', () => {
    const { timers, timer, due } = bench(10);
    timer.begin();
    timers.elapse(9);
    expect(due()).toBe(0);
    timers.elapse(1);
    expect(due()).toBe(1);
    timers.elapse(100);
    expect([due(), timers.waiting]).toEqual([1, 0]);
  });

  test('what ends earlier is never due', () => {
    const { timers, timer, due } = bench(10);
    timer.begin();
    timers.elapse(5);
    timer.end();
    timers.elapse(100);
    expect([due(), timers.waiting]).toEqual([0, 0]);
  });

  test('the time counts anew for what begins after an end, by one timer', () => {
    const { timers, timer, due } = bench(10);
    for (let began = 0; began < 5; began += 1) {
      timer.begin();
      timers.elapse(7);
      expect([due(), timers.waiting]).toEqual([0, 1]);
      timer.end();
    }
    timer.begin();
    timers.elapse(9);
    expect(due()).toBe(0);
    timers.elapse(1);
    expect(due()).toBe(1);
  });

  test('a stop leaves no timer', () => {
    const { timers, timer, due } = bench(10);
    timer.begin();
    timer.stop();
    expect(timers.waiting).toBe(0);
    timers.elapse(100);
    expect(due()).toBe(0);
  });
});
