import { describe, expect, test } from '@jest/globals';
import type { Key } from '../../declare/key.js';
import type { Work } from '../executor.js';
import { KeyedLanes, laneOf } from './keyed-lanes.js';

/** Slots are the indices of the keys. */
function lanes(
  keys: readonly Key[],
  { count = 1, singly = false, first = (_: number): boolean => true, item = {} as unknown } = {},
) {
  let admitted = 0;
  let woken = 0;
  const unused = (): never => {
    throw new Error('the lanes ask for nothing else');
  };
  const work: Work = {
    retries: undefined,
    admit: () => (admitted === keys.length ? -1 : admitted++),
    item: () => item,
    ...{ waiting: unused, value: unused, many: unused, none: unused, failed: unused, broken: unused, wake: unused },
  };
  const told = { of: (slot: number) => keys[slot]!, isFirst: first };
  const dealt = new KeyedLanes(work, told, count, singly, () => {
    woken += 1;
  });
  return { dealt, woken: () => woken, admitted: () => admitted };
}

describe('the lane of a key', () => {
  test('depends on its type and its value alone, and 0 and -0 are one', () => {
    expect(laneOf(0, 64)).toBe(laneOf(-0, 64));
    expect(laneOf(Number.NaN, 64)).toBe(laneOf(Number.NaN, 64));
    const alike: Key[] = [1, '1', 1n, true, 'true'];
    expect(new Set(alike.map((key) => laneOf(key, 1_000_003))).size).toBe(alike.length);
  });

  test('is one of them, and the keys spread', () => {
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 10_000; i += 1) counts[laneOf(`customer-${i}`, 5)]! += 1;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(300);
  });
});

describe('items are dealt', () => {
  test('to the lane of their key in order; what others wait for is told', () => {
    const keys = Array.from({ length: 40 }, (_, i) => i % 8);
    const { dealt, woken } = lanes(keys, { count: 2 });
    const mine = dealt.take(100, 0).slots;
    expect(mine).toEqual(keys.flatMap((key, slot) => (laneOf(key, 2) === 0 ? [slot] : [])));
    expect(woken()).toBe(1);
    expect(dealt.take(100, 1).slots).toEqual(keys.flatMap((key, slot) => (laneOf(key, 2) === 1 ? [slot] : [])));
    expect(dealt.take(100, 2).slots).toEqual([]);
  });

  test('so that no two batches hold one key, and others go on meanwhile', () => {
    const { dealt } = lanes(['a', 'a', 'a', 'b', 'a', 'b', 'c']);
    const first = dealt.take(2, 0);
    expect(first.slots).toEqual([0, 1]);
    expect(dealt.take(2, 0).slots).toEqual([3, 5]);
    expect(dealt.take(2, 0).slots).toEqual([6]);
    dealt.ended(first.keys, 0);
    expect(dealt.take(9, 0).slots).toEqual([2, 4]);
  });

  test('as many as fill a batch: large buffers do so before it has the number that it may hold', () => {
    const { dealt, admitted } = lanes(new Array<Key>(40).fill('a'), { item: new Uint8Array(65_536) });
    expect(dealt.take(1024, 0).slots).toHaveLength(16);
    expect(admitted()).toBe(16);
  });

  test('again, before those behind them, when their lane died', () => {
    const { dealt } = lanes(['a', 'a', 'b', 'a', 'b']);
    const batch = dealt.take(3, 0);
    dealt.ended(batch.keys, 0, [1, 2]);
    expect(dealt.take(9, 0).slots).toEqual([1, 2, 3, 4]);
  });

  test('one by one, when any of them may have ended the lane', () => {
    const { dealt } = lanes(['a', 'b', 'a', 'c']);
    const batch = dealt.take(3, 0);
    dealt.ended(batch.keys, 0, [0, 1, 2], true);
    for (const slot of [0, 1, 2]) {
      const single = dealt.take(9, 0);
      expect(single.slots).toEqual([slot]);
      dealt.ended(single.keys, 0);
    }
    expect(dealt.take(9, 0).slots).toEqual([3]);
  });

  test('one of a key at a time when they may have to be tried again', () => {
    let released = -1;
    const { dealt } = lanes(['a', 'a', 'b', 'a'], { singly: true, first: (slot) => slot === 2 || slot === released + 1 });
    const batch = dealt.take(9, 0);
    expect(batch.slots).toEqual([0, 2]);
    dealt.ended(batch.keys, 0);
    // Not before it is released: it may fail in the midst of its outputs.
    expect(dealt.take(9, 0).slots).toEqual([]);
    released = 0;
    expect(dealt.take(9, 0).slots).toEqual([1]);
  });
});
