import { describe, expect, test } from '@jest/globals';
import { SpareBuffers } from './spare-buffers.js';

describe('spare buffers', () => {
  test('are taken when they are large enough', () => {
    const spares = new SpareBuffers();
    const [small, large] = [new ArrayBuffer(1000), new ArrayBuffer(5000)];
    spares.give(small);
    spares.give(large);
    expect(spares.take(2000)).toBe(large);
    expect(spares.take(1000)).toBe(small);
    expect(spares.take(1).byteLength).toBeGreaterThan(5000);
  });

  test('are taken by one only', () => {
    const spares = new SpareBuffers();
    spares.give(new ArrayBuffer(1000));
    expect(spares.take(1000)).not.toBe(spares.take(1000));
  });

  test('are made with room for somewhat more', () => {
    const spares = new SpareBuffers();
    expect(spares.take(65_537).byteLength).toBe(131_072);
  });

  test('of the longest time give way when there are many', () => {
    const spares = new SpareBuffers();
    for (let size = 1; size <= 20; size++) spares.give(new ArrayBuffer(size));
    const taken = Array.from({ length: 9 }, () => spares.take(1).byteLength);
    expect(taken).toEqual([13, 14, 15, 16, 17, 18, 19, 20, 65_536]);
  });

  test('that are very large are not kept', () => {
    const spares = new SpareBuffers();
    spares.give(new ArrayBuffer((1 << 20) + 1));
    expect(spares.take(1).byteLength).toBe(65_536);
  });
});
