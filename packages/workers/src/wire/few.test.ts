import { describe, expect, test } from '@jest/globals';
import { Few } from './few.js';

function few<T>(...items: readonly T[]): Few<T> {
  const made = new Few<T>();
  for (const item of items) made.add(item);
  return made;
}

describe('few things', () => {
  test('are in the order they came, without those that went', () => {
    const letters = few('a', 'b', 'c', 'd');
    expect(letters.delete('b')).toBe(true);
    letters.add('e');
    expect([...letters]).toEqual(['a', 'c', 'd', 'e']);
    expect(letters.size).toBe(4);
  });

  test('one that is not among them cannot go', () => {
    const letters = few('a');
    expect(letters.delete('b')).toBe(false);
    expect([...letters]).toEqual(['a']);
  });

  test('are found by what holds of them', () => {
    const numbers = few({ n: 1 }, { n: 2 });
    expect(numbers.find(({ n }) => n === 2)).toEqual({ n: 2 });
    expect(numbers.find(({ n }) => n === 3)).toBeUndefined();
  });

  test('one is taken by what holds of it, the first of several', () => {
    const numbers = few({ n: 1 }, { n: 2 }, { n: 2 });
    const [one, first, second] = numbers;
    expect(numbers.take(({ n }) => n === 2)).toBe(first);
    expect(numbers.take(({ n }) => n === 3)).toBeUndefined();
    expect([...numbers]).toEqual([one, second]);
  });

  test('are all gone through, though they go meanwhile', () => {
    const letters = few('a', 'b', 'c');
    const seen: string[] = [];
    for (const letter of letters) {
      letters.delete(letter);
      seen.push(letter);
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(letters.size).toBe(0);
  });

  test('a clear gives what was there, once', () => {
    const letters = few('a', 'b');
    expect(letters.clear()).toEqual(['a', 'b']);
    expect(letters.clear()).toEqual([]);
  });
});
