import { describe, expect, test } from '@jest/globals';
import type { Target } from '../scenario.js';
import { known } from './contender-report.fixture.js';
import { judge, ratio } from './target.js';

const contenders = [known('A', 'rate', 300), known('B', 'rate', 100), known('C', 'rate', 150), known('dead', 'rate', undefined)];

describe('a target', () => {
  test.each([
    [{ against: ['B'], atLeast: 3 }, 3, true, 'items/s: A ≥ 3 × B'],
    [{ against: ['B'], atLeast: 3.01 }, 3, false, 'items/s: A ≥ 3.01 × B'],
    [{ against: ['B'], atMost: 2 }, 3, false, 'items/s: A ≤ 2 × B'],
    [{ against: ['B', 'C'], atLeast: 1 }, 2, true, 'items/s: A ≥ 1 × B or C'],
    [{ against: { name: 'ideal', value: 400 }, atLeast: 0.7 }, 0.75, true, 'items/s: A ≥ 0.7 × ideal'],
    [{ atMost: 200 }, 300, false, 'items/s: A ≤ 200'],
    [{ against: ['B'] }, 3, null, 'items/s: A / B'],
  ])('%j is judged by medians', (bound, value, met, text) => {
    const target: Target = { metric: 'rate', contender: 'A', ...bound };
    expect(judge(target, contenders)).toMatchObject({ value, met, text });
  });

  test('against several means the best of them, which is the least where less is better', () => {
    const slow = [known('A', 'p50', 30), known('B', 'p50', 10), known('C', 'p50', 20)];
    expect(judge({ metric: 'p50', contender: 'A', against: ['B', 'C'], atMost: 2 }, slow)).toMatchObject({
      value: 3,
      met: false,
    });
  });

  test.each([
    { contender: 'dead', against: ['A'] },
    { contender: 'A', against: ['dead'] },
    { contender: 'A', against: ['B', 'dead'] },
    { contender: 'dead' },
  ])('is neither met nor missed when a contender failed: %j', (of) => {
    const target: Target = { metric: 'rate', atLeast: 1, ...of };
    expect(judge(target, contenders)).toMatchObject({ value: null, met: null, shown: 'not measured' });
  });

  test('that names nobody is a mistake in the scenario, and said so', () => {
    expect(() => judge({ metric: 'rate', contender: 'D', atLeast: 1 }, contenders)).toThrow(
      'a target speaks of "D", which is no contender of its scenario: "A", "B", "C", "dead"',
    );
  });
});

describe('a ratio', () => {
  test.each([
    [undefined, 1],
    [1, undefined],
    [1, 0],
    [0, 1],
    [Number.NaN, 1],
    [1, Number.NaN],
    [Number.POSITIVE_INFINITY, 1],
    [1, -1],
  ])('of %p by %p is none', (of, by) => {
    expect(ratio(of, by)).toBeUndefined();
  });

  test('of two numbers is one', () => {
    expect(ratio(3, 4)).toBe(0.75);
  });
});
