import { describe, expect, test } from '@jest/globals';
import { live, rejection } from '../file/folder.fixture.js';
import { Pacer } from './pacer.js';
import { StoppedTime, until } from './server.fixture.js';

/** Starts as many as the time lets, and notes when each has started. */
function started(pacer: Pacer, time: StoppedTime, count: number): number[] {
  const starts: number[] = [];
  for (let i = 0; i < count; i++) pacer.turn(live()).then(() => starts.push(time.now()));
  return starts;
}

describe('a rate', () => {
  test('lets as many start within any window as its limit, in the order in which they asked', async () => {
    const time = new StoppedTime();
    const pacer = new Pacer({ limit: 2, perMs: 100 }, time);
    const starts = started(pacer, time, 2);
    await until(() => starts.length === 2);
    time.advance(60);
    const later = started(pacer, time, 3);
    await until(() => time.pending.length === 3);
    expect(time.pending).toEqual([40, 40, 140]);
    time.advance(39);
    expect(time.pending).toEqual([1, 1, 101]);
    time.advance(1);
    await until(() => later.length === 2);
    time.advance(100);
    await until(() => later.length === 3);
    expect([starts, later]).toEqual([
      [0, 0],
      [100, 100, 200],
    ]);
  });

  test('counts from when the one ahead has really started', async () => {
    const time = new StoppedTime();
    const pacer = new Pacer({ limit: 1, perMs: 100 }, time);
    const starts = started(pacer, time, 3);
    await until(() => time.pending.length === 2);
    // The timer of the second fires 50 late.
    time.advance(150);
    await until(() => starts.length === 2);
    time.advance(50);
    expect(starts).toEqual([0, 150]);
    time.advance(50);
    await until(() => starts.length === 3);
    expect(starts).toEqual([0, 150, 250]);
  });

  test('rejects one that waits with the reason of its abort, and leaves no timer', async () => {
    const time = new StoppedTime();
    const pacer = new Pacer({ limit: 1, perMs: 100 }, time);
    await pacer.turn(live());
    const controller = new AbortController();
    const waiting = pacer.turn(controller.signal);
    expect(time.pending).toEqual([100]);
    controller.abort('enough');
    expect(await rejection(waiting)).toBe('enough');
    expect(time.pending).toEqual([]);
  });
});
