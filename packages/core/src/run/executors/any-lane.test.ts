import { expect, test } from '@jest/globals';
import type { Work } from '../executor.js';
import { AnyLane } from './any-lane.js';

const noKeys = new Set<never>();

/** So many items wait, in slots from 0; with `ages` the stage is ordered. */
function dealer(count: number, { item = {} as unknown, ages }: { item?: unknown; ages?: readonly number[] } = {}) {
  let admitted = 0;
  const unused = (): never => {
    throw new Error('the dealer asks for nothing else');
  };
  const work: Work = {
    retries: undefined,
    admit: () => (admitted === count ? -1 : admitted++),
    waiting: () => count - admitted,
    item: () => item,
    age: ages && ((slot) => ages[slot]!),
    ...{ value: unused, many: unused, none: unused, failed: unused, broken: unused, wake: unused },
  };
  return new AnyLane(work);
}

test('items go to the lane that asks, in their order, as many as it asks for', () => {
  const dealt = dealer(5);
  expect(dealt.waiting()).toBe(5);
  expect(dealt.take(3).slots).toEqual([0, 1, 2]);
  expect(dealt.take(3).slots).toEqual([3, 4]);
  expect(dealt.take(3).slots).toEqual([]);
});

test('a batch ends early where its items are large', () => {
  expect(dealer(100, { item: 'x'.repeat(1 << 20) }).take(100).slots).toHaveLength(4);
});

test('what is given back goes before all else, the oldest first', () => {
  const dealt = dealer(6, { ages: [0, 1, 2, 3, 4, 5] });
  dealt.take(2);
  dealt.take(2);
  dealt.ended(noKeys, 0, [2, 3]);
  dealt.ended(noKeys, 0, [0, 1]);
  expect(dealt.waiting()).toBe(6);
  expect(dealt.take(3).slots).toEqual([0, 1, 2]);
  expect(dealt.take(3).slots).toEqual([3, 4, 5]);
});

test('items one of which ended its lane run one by one, before all others', () => {
  const dealt = dealer(4);
  dealt.take(3);
  dealt.ended(noKeys, 0, [0, 1, 2], true);
  expect([dealt.take(8).slots, dealt.take(8).slots, dealt.take(8).slots]).toEqual([[0], [1], [2]]);
  expect(dealt.take(8).slots).toEqual([3]);
});
