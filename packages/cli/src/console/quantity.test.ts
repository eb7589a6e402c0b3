import { describe, expect, test } from '@jest/globals';
import { count, duration, perItem, rate, share } from './quantity.js';

describe('numbers for people', () => {
  test('counts are grouped by thousands', () => {
    expect([count(0), count(999), count(42_049)]).toEqual(['0', '999', '42,049']);
  });

  test('durations change their unit, and never show sixty seconds of a minute', () => {
    expect([0, 9.94, 9.96, 38, 999.4, 999.6, 5_849].map(duration)).toEqual([
      '0.0 ms',
      '9.9 ms',
      '10 ms',
      '38 ms',
      '999 ms',
      '1.0 s',
      '5.8 s',
    ]);
    expect([59_940, 59_960, 119_700, 125_000].map(duration)).toEqual(['59.9 s', '1 min 00 s', '2 min 00 s', '2 min 05 s']);
  });

  test('time per item has three digits at most below a millisecond', () => {
    expect([perItem(2_400, 42_049), perItem(1, 1_000), perItem(0.05, 100), perItem(2_030, 100), perItem(5, 0)]).toEqual([
      '57 µs',
      '1.0 µs',
      '0.5 µs',
      '20.3 ms',
      '-',
    ]);
  });

  test('a rate needs time', () => {
    expect([rate(2_402, 1_000), rate(1, 3), rate(5, 0)]).toEqual(['2,402/s', '333/s', '-']);
  });

  test('a share is all or nothing only when it is', () => {
    expect([share(1, 2), share(999, 1_000), share(1, 1_000), share(0, 5), share(5, 5), share(0, 0)]).toEqual([
      '50%',
      '>99%',
      '<1%',
      '0%',
      '100%',
      '-',
    ]);
  });
});
