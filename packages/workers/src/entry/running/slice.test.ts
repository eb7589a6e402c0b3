import { expect, test } from '@jest/globals';
import { Slice } from './slice.js';

/** Runs items of these times until the slice is over; gives how many ran, and how often the clock was looked at. */
function run(itemMs: (index: number) => number, items = 10_000): { ran: number; looks: number } {
  let now = 100;
  let looks = 0;
  const slice = new Slice(() => {
    looks++;
    return now;
  });
  slice.begin(now);
  for (let i = 0; i < items; i++) {
    now += itemMs(i);
    if (slice.isOver) return { ran: i + 1, looks };
  }
  return { ran: items, looks };
}

test('quick items look at the clock once in eight', () => {
  const { ran, looks } = run(() => 0.001, 1000);
  expect(ran).toBe(1000);
  expect(looks).toBeLessThan(1000 / 7);
});

test('slow items end it after 30 ms', () => {
  expect(run(() => 7).ran).toBe(5);
  expect(run(() => 500).ran).toBe(1);
});

test('items that turn slow end it within eight of them', () => {
  const { ran } = run((i) => (i < 100 ? 0.001 : 500));
  expect(ran).toBeGreaterThan(100);
  expect(ran).toBeLessThanOrEqual(108);
});
