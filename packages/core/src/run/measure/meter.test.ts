import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Meter } from './meter.js';

describe('Meter', () => {
  test('books the time since the last mark to what went on then', () => {
    const meter = new Meter(100);
    meter.mark(110, 'busy', 1);
    meter.mark(130, 'blocked', 0.5);
    meter.mark(160, 'starved', 0);
    meter.mark(200, 'busy', 0.25);
    meter.stop(240);
    expect(meter).toMatchObject({ starvedMs: 50, busyMs: 60, blockedMs: 30, lifeMs: 140 });
    expect(meter.loadMs).toBe(20 * 1 + 30 * 0.5 + 40 * 0.25);
  });

  test('after a stop nothing is booked', () => {
    const meter = new Meter(0);
    meter.mark(0, 'busy', 1);
    meter.stop(10);
    meter.mark(20, 'blocked', 1);
    meter.stop(30);
    expect(meter).toMatchObject({ busyMs: 10, blockedMs: 0, starvedMs: 0, lifeMs: 10, loadMs: 10 });
  });

  test('knows how long the stage has kept the main thread, in all and in one go', () => {
    const meter = new Meter(0);
    for (const ms of [2, 60, 50, 51]) meter.stepped(ms);
    expect(meter).toMatchObject({ stepMs: 163, longestStepMs: 60, longStepsMs: 111 });
  });

  test('the three parts always add up to the life', () => {
    const mark = fc.tuple(fc.nat(1000), fc.constantFrom('busy' as const, 'blocked' as const, 'starved' as const), fc.nat(4));
    fc.assert(
      fc.property(fc.array(mark), (marks) => {
        const meter = new Meter(0);
        let now = 0;
        for (const [ms, activity, load] of marks) {
          now += ms;
          meter.mark(now, activity, load / 4);
        }
        expect(meter.busyMs + meter.blockedMs + meter.starvedMs).toBe(now);
        expect(meter.lifeMs).toBe(now);
        expect(meter.loadMs).toBeLessThanOrEqual(now);
      }),
    );
  });
});
