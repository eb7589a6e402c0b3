import { describe, expect, test } from '@jest/globals';
import { BatchSize } from './sizing.js';

describe('the size of a batch', () => {
  test('starts at one and doubles up to the limit while tasks are quick', () => {
    const size = new BatchSize(100);
    const sizes = Array.from({ length: 9 }, () => {
      const { current } = size;
      size.observe(current, current * 0.001);
      return current;
    });
    expect(sizes).toEqual([1, 2, 4, 8, 16, 32, 64, 100, 100]);
  });

  test('settles at about 20 ms of work', () => {
    const size = new BatchSize(1024);
    for (let i = 0; i < 12; i++) size.observe(size.current, size.current * 0.1);
    expect(size.current).toBeGreaterThanOrEqual(199);
    expect(size.current).toBeLessThanOrEqual(200);
  });

  test('is hardly changed by a batch that was disturbed', () => {
    const size = new BatchSize(1024);
    for (let i = 0; i < 12; i++) size.observe(size.current, size.current);
    expect(size.current).toBe(20);
    size.observe(20, 20 * 1.4);
    expect(size.current).toBe(18);
    for (let i = 0; i < 12; i++) size.observe(18, 18 * 0.99);
    expect(size.current).toBe(20);
  });

  test('recovers from times that are none', () => {
    const size = new BatchSize(1024);
    for (const ms of [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN]) size.observe(1, ms);
    expect(size.share(1, 2)).toBe(size.current);
    for (const ms of [1, 1]) size.observe(1, ms);
    expect(size.current).toBe(2);
  });

  test('is what the first slow item says no longer than until a quick one', () => {
    const size = new BatchSize(1024);
    size.observe(1, 60);
    expect(size.current).toBe(1);
    size.observe(1, 0.5);
    expect(size.current).toBe(2);
  });

  test('falls at once, down to one', () => {
    const size = new BatchSize(1024);
    for (let i = 0; i < 12; i++) size.observe(size.current, 0);
    expect(size.current).toBe(1024);
    size.observe(1024, 1024 * 50);
    expect(size.current).toBe(1);
  });

  test('does not grow by batches smaller than it', () => {
    const size = new BatchSize(1024);
    size.observe(1, 0.001);
    size.observe(2, 0.001);
    expect(size.current).toBe(4);
    size.observe(1, 0.001);
    expect(size.current).toBe(4);
    size.observe(0, 0);
    expect(size.current).toBe(4);
  });

  test('W11 tells what takes a short time: nothing while the time of an item is not known, and no long item', () => {
    const size = new BatchSize(1024);
    expect(size.isBrief(1)).toBe(false);
    size.observe(1, 5);
    expect([1, 4, 100].map((items) => size.isBrief(items))).toEqual([true, true, false]);
    size.observe(1, 500);
    expect(size.isBrief(1)).toBe(false);
  });

  describe('when few items wait', () => {
    /** Of tasks that take so many ms each, after some batches. */
    const sizeOf = (itemMs: number): BatchSize => {
      const size = new BatchSize(1024);
      for (let i = 0; i < 16; i++) size.observe(size.current, size.current * itemMs);
      return size;
    };

    test('is a share of them for each lane, one at least', () => {
      const size = sizeOf(1.1);
      expect([0, 1, 2, 9, 12, 13, 1000].map((waiting) => size.share(waiting, 3))).toEqual([1, 1, 1, 3, 4, 5, 18]);
    });

    test('is no less than a millisecond of work', () => {
      const size = sizeOf(0.03);
      expect([0, 40, 200, 1000].map((waiting) => size.share(waiting, 2))).toEqual([34, 34, 100, 500]);
    });

    test('is as without them while tasks are so quick that all of them are less than that, or nobody knows of them', () => {
      expect(sizeOf(0).share(10, 4)).toBe(1024);
      expect(sizeOf(0.0005).share(10, 4)).toBe(1024);
      expect(sizeOf(1.1).share(undefined, 4)).toBe(18);
      expect(new BatchSize(1024).share(10, 4)).toBe(1);
    });
  });
});
