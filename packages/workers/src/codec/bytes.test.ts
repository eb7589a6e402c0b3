import { describe, expect, test } from '@jest/globals';
import { bytesOf } from './bytes.js';
import { pack } from './codec.js';

const many = <T>(make: (i: number) => T): T[] => Array.from({ length: 64 }, (_, i) => make(i));

describe('the bytes of a batch', () => {
  test('in columns are those of its arrays and texts', () => {
    const packed = pack(many((id) => ({ id, score: id / 3, good: true, name: 'four' })));
    expect(packed.kind).toBe('columns');
    expect(bytesOf(packed)).toBe(64 * (4 + 8 + 1 + 4 + 2));
  });

  test('in columns count a mark for each member where some are absent', () => {
    expect(bytesOf(pack(many((i) => ({ id: i === 0 ? null : i }))))).toBe(64 * (4 + 1));
  });

  test('in columns of long texts are those that were written of a buffer', () => {
    const packed = pack(many((id) => ({ id, text: id === 0 ? null : 'x'.repeat(1000), wide: 'ż'.repeat(400) })));
    expect(packed.kind).toBe('columns');
    expect(bytesOf(packed)).toBe(64 * (4 + 1 + 800) + 63 * 1000);
  });

  test('in records are those of the one buffer', () => {
    const packed = pack(many((i) => ({ list: [i] })));
    if (packed.kind !== 'records') throw new Error(packed.kind);
    expect(bytesOf(packed)).toBe(packed.bytes.byteLength);
  });

  test('in buffers are those of all', () => {
    expect(bytesOf(pack([new Uint8Array(20_000), new Uint8Array(30_000)]))).toBe(50_000);
  });

  test('in strings are one for each unit of Latin-1, and two of others', () => {
    expect(bytesOf(pack(many(() => 'ä'.repeat(1000))))).toBe(64_000);
    expect(bytesOf(pack(many(() => 'ż'.repeat(1000))))).toBe(128_000);
  });

  test('of clones are not known', () => {
    expect(bytesOf(pack(many((i) => i)))).toBe(0);
  });
});
