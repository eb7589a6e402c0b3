import { describe, expect, test } from '@jest/globals';
import { Filling } from './filling.js';

/** How many of the items fill a batch of at most `max`. */
function taken(max: number, item: unknown): number {
  const filling = new Filling(max);
  let items = 0;
  while (!filling.isFull) {
    filling.add(item);
    items += 1;
  }
  return items;
}

describe('a batch is full', () => {
  test('with as many items as it may hold, whatever they are', () => {
    expect([taken(1, 'x'), taken(8, { id: 1 }), taken(8, undefined), taken(8, null), taken(0, 1)]).toEqual([1, 8, 8, 8, 0]);
  });

  test('with strings of a mebi of units', () => {
    expect(taken(1024, 'x'.repeat(2048))).toBe(512);
  });

  test('with buffers of a quarter of a mebibyte, but not before sixteen of them', () => {
    expect([taken(1024, new Uint8Array(1024)), taken(1024, new Uint8Array(65_536))]).toEqual([256, 16]);
  });

  test('with fewer than sixteen when these are four times as much', () => {
    expect([taken(1024, new Uint8Array(2 ** 18)), taken(1024, new Float64Array(2 ** 17))]).toEqual([4, 1]);
    expect(taken(1024, 'x'.repeat(2 ** 20))).toBe(4);
  });

  test('what is in objects is not looked for', () => {
    expect(taken(1024, { text: 'x'.repeat(2 ** 20) })).toBe(1024);
  });
});
