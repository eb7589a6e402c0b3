import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spreadOf } from './spread.js';

describe('a spread', () => {
  test('of an odd number of values has the middle one as its median', () => {
    expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 });
  });

  test('of an even number of values has the mean of the middle two', () => {
    expect(spreadOf([10, 1, 2, 4])).toEqual({ median: 3, min: 1, max: 10 });
  });

  test('sorts by number, not by text', () => {
    expect(spreadOf([10, 9, 100])).toEqual({ median: 10, min: 9, max: 100 });
  });

  test('of nothing is none', () => {
    expect(spreadOf([])).toBeUndefined();
  });

  test('leaves its values as they are, and half of them on either side of the median', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const before = [...values];
        const { median, min, max } = spreadOf(values)!;
        expect(values).toEqual(before);
        expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
        expect(values.filter((value) => value < median).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > median).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});
