import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { added, percentile, type Summary, summaries, type Totals } from './summary.js';
import type { Cell } from './tally.js';

const cell = (origin: string, hour: number, delays: readonly number[]): Cell => ({
  origin,
  hour,
  delays,
  counts: delays.map(() => 1),
});
const summed = (...parts: readonly (readonly Cell[])[]): Summary[] => summaries(parts.reduce(added, new Map() as Totals));

describe('a summary', () => {
  test('counts, averages and interpolates', () => {
    expect(summed([cell('JFK', 7, [0, 10, 20, 30, 100])])).toEqual([
      { origin: 'JFK', hour: 7, flights: 5, mean_delay: 32, p95_delay: expect.closeTo(86, 9) },
    ]);
  });

  test('is by airport, then by hour', () => {
    const rows = summed([cell('B', 2, [1]), cell('A', 10, [1])], [cell('A', 9, [1])]);
    expect(rows.map(({ origin, hour }) => `${origin}${hour}`)).toEqual(['A9', 'A10', 'B2']);
  });

  test('does not depend on how the flights were parted', () => {
    const delays = fc.array(fc.integer({ min: -80, max: 1600 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(delays, fc.nat(), (all, at) => {
        const cut = at % (all.length + 1);
        expect(summed([cell('A', 0, all.slice(0, cut))], [cell('A', 0, all.slice(cut))])).toEqual(summed([cell('A', 0, all)]));
      }),
    );
  });
});

test('the percentile of repeated values is that of all of them', () => {
  expect(
    percentile(
      [
        [1, 94],
        [2, 1],
        [9, 5],
      ],
      100,
      0.95,
    ),
  ).toBeCloseTo(2.35, 9);
  expect(percentile([[3, 1]], 1, 0.95)).toBe(3);
  expect(() => percentile([], 1, 0.5)).toThrow('there is no value 0 among 0');
});
