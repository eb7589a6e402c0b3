import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isExceeded, isTolerance, judgedFrom, type Tolerance } from './tolerance.js';

const exceeded = (tolerance: Tolerance, errors: number, read: number, over = false): boolean =>
  isExceeded(tolerance, { errors, read, over });

describe('a count', () => {
  test('F23 is exceeded by one more, whatever was read', () => {
    expect([exceeded(0, 0, 1), exceeded(0, 1, 1), exceeded(3, 3, 4), exceeded(3, 4, 4), exceeded(3, 4, 1e9)]).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
  });
});

describe('a share', () => {
  test('F24 says nothing before 1,000 items are read, unless no more come', () => {
    expect(judgedFrom).toBe(1000);
    expect([exceeded('1%', 500, 999), exceeded('1%', 500, 1000), exceeded('1%', 500, 999, true)]).toEqual([false, true, true]);
  });

  test('F24 is exceeded by more than it, not by as many', () => {
    expect([exceeded('1%', 10, 1000), exceeded('1%', 11, 1000), exceeded('0.5%', 5, 1000), exceeded('0.5%', 6, 1000)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect([exceeded('0%', 0, 1000), exceeded('0%', 1, 1000), exceeded('100%', 1000, 1000)]).toEqual([false, true, false]);
  });

  test('F24 is exact where fractions are not: 29 of 100 is not more than 29%', () => {
    const hundredths = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(hundredths, fc.integer({ min: 1, max: 1000 }), (share, lots) => {
        const tolerance: Tolerance = `${Math.floor(share / 100)}.${String(share % 100).padStart(2, '0') as '00'}%` as Tolerance;
        expect(isTolerance(tolerance)).toBe(true);
        const read = lots * 10_000;
        return !exceeded(tolerance, share * lots, read) && exceeded(tolerance, share * lots + 1, read);
      }),
    );
  });
});
