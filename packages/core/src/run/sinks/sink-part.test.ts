import { describe, expect, test } from '@jest/globals';
import { blamedIndex, lowestIn, type Part, split } from './sink-part.js';

const part = (...items: string[]): Part => ({ items, positions: items.map((_, i) => 10 + i), failures: 0 });
const error = new Error('refused');
const named = (index: unknown) => Object.assign(new Error('refused'), { index });

describe('a part that cannot be written', () => {
  test('B19 falls into halves, in order, which know how often they have failed', () => {
    expect(split(part('a', 'b', 'c', 'd', 'e'), error, 3)).toEqual({
      blamed: undefined,
      rest: [
        { items: ['a', 'b', 'c'], positions: [10, 11, 12], failures: 3 },
        { items: ['d', 'e'], positions: [13, 14], failures: 3 },
      ],
    });
  });

  test('B19 a row alone is to blame', () => {
    expect(split(part('a'), error, 2)).toEqual({ blamed: { item: 'a', position: 10, error, attempts: 2 }, rest: [] });
  });

  test('B21 a row that the error names is to blame, and the others stay together', () => {
    const tells = named(1);
    expect(split(part('a', 'b', 'c'), tells, 1)).toEqual({
      blamed: { item: 'b', position: 11, error: tells, attempts: 1 },
      rest: [{ items: ['a', 'c'], positions: [10, 12], failures: 1 }],
    });
  });

  test('an index that names no row, and a getter that throws, blame none', () => {
    for (const index of [-1, 3, 1.5, Number.NaN, '1', undefined]) expect(blamedIndex(3, named(index))).toBe(-1);
    const throwing = Object.defineProperty({}, 'index', {
      get: () => {
        throw new Error('of a getter');
      },
    });
    for (const thrown of [throwing, undefined, null, 'text']) expect(blamedIndex(3, thrown)).toBe(-1);
    expect(blamedIndex(1, undefined)).toBe(0);
  });
});

test('the lowest position is that of those that are known, from a limit on', () => {
  expect(lowestIn([5, -1, 3], 0)).toBe(3);
  expect(lowestIn([5, -1, 3], 4)).toBe(5);
  expect(lowestIn([-1], 0)).toBeUndefined();
  expect(lowestIn([], 0)).toBeUndefined();
});
