import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Histogram } from './histogram.js';

describe('a histogram', () => {
  test('tells nothing before anything was recorded', () => {
    expect(new Histogram().spread()).toBeUndefined();
  });

  test('tells mean and maximum exactly, items of one batch counted each', () => {
    const histogram = new Histogram();
    histogram.record(2, 3);
    histogram.record(10);
    expect(histogram.spread()).toMatchObject({ count: 4, mean: 4, max: 10 });
  });

  test('percentiles are exact to 1/32, or ten nanoseconds, and never below the true one', () => {
    const times = fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1e8, noNaN: true })), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(times, (ms) => {
        const histogram = new Histogram();
        for (const time of ms) histogram.record(time);
        const sorted = [...ms].sort((a, b) => a - b);
        const spread = histogram.spread()!;
        for (const [share, told] of [
          [0.5, spread.p50],
          [0.9, spread.p90],
          [0.99, spread.p99],
        ] as const) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
          expect(told).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
          expect(told).toBeLessThanOrEqual(exact * (1 + 1 / 32) + 1e-5 + 1e-9);
        }
      }),
    );
  });

  test('times beyond its range count in the last bucket', () => {
    const histogram = new Histogram();
    histogram.record(1e15);
    expect(histogram.spread()).toMatchObject({ p50: expect.any(Number), max: 1e15 });
  });
});
