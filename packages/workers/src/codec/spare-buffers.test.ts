import { describe, expect, test } from '@jest/globals';
import { SpareBuffers } from './spare-buffers.js';

const MIB = 1 << 20;

/** Spares of a thread that has sent so many messages, the memory of which has not come back. */
function sparesOf(taken: number): SpareBuffers {
  const spares = new SpareBuffers();
  for (let i = 0; i < taken; i++) spares.take(1);
  return spares;
}

describe('spare buffers', () => {
  test('are taken when they are large enough', () => {
    const spares = sparesOf(2);
    const [small, large] = [new ArrayBuffer(1000), new ArrayBuffer(5000)];
    spares.give(small);
    spares.give(large);
    expect(spares.take(2000)).toBe(large);
    expect(spares.take(1000)).toBe(small);
    expect(spares.take(1).byteLength).toBeGreaterThan(5000);
  });

  test('are taken by one only', () => {
    const spares = sparesOf(1);
    const given = new ArrayBuffer(1000);
    spares.give(given);
    expect(spares.take(1000)).toBe(given);
    expect(spares.take(1000)).not.toBe(given);
  });

  test('are made with room for somewhat more', () => {
    expect(new SpareBuffers().take(65_537).byteLength).toBe(131_072);
  });

  test('are not kept by a thread that only reads', () => {
    const spares = sparesOf(0);
    spares.give(new ArrayBuffer(5));
    expect(spares.take(1).byteLength).toBe(65_536);
  });

  test('are kept as many as were taken', () => {
    const spares = sparesOf(2);
    for (let size = 1; size <= 5; size++) spares.give(new ArrayBuffer(size));
    expect(Array.from({ length: 3 }, () => spares.take(1).byteLength)).toEqual([1, 2, 65_536]);
  });

  test('are eight at most', () => {
    const spares = sparesOf(20);
    for (let size = 1; size <= 20; size++) spares.give(new ArrayBuffer(size));
    expect(Array.from({ length: 9 }, () => spares.take(1).byteLength)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 65_536]);
  });

  test('of the longest time give way where all are too much memory', () => {
    const spares = sparesOf(4);
    for (const size of [1, 2, MIB, 3 * MIB]) spares.give(new ArrayBuffer(size));
    expect(Array.from({ length: 3 }, () => spares.take(1).byteLength)).toEqual([MIB, 3 * MIB, 65_536]);
  });

  test('that are very large are not kept', () => {
    const spares = sparesOf(1);
    spares.give(new ArrayBuffer(4 * MIB + 1));
    expect(spares.take(1).byteLength).toBe(65_536);
  });
});
