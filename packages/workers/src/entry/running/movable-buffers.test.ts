import { describe, expect, test } from '@jest/globals';
import { movableBuffers } from './movable-buffers.js';

describe('movable buffers', () => {
  test('are those of buffers and of views over the whole of them, in an output, its members and theirs', () => {
    const buffers = Array.from({ length: 6 }, () => new ArrayBuffer(16));
    const [a, b, c, d, e, f] = buffers as [ArrayBuffer, ArrayBuffer, ArrayBuffer, ArrayBuffer, ArrayBuffer, ArrayBuffer];
    const outputs = [
      a,
      new Uint8Array(b),
      { c: new Float64Array(c) },
      [new DataView(d)],
      { image: { pixels: Buffer.from(e) } },
      [[[f]]],
    ];
    expect(movableBuffers(outputs)).toEqual([a, b, c, d, e]);
    expect(movableBuffers(outputs).every((buffer, i) => buffer === buffers[i])).toBe(true);
  });

  test('one that is met twice is copied, wherever and in whatever part', () => {
    const [twice, parts] = [new ArrayBuffer(16), new ArrayBuffer(16)];
    expect(movableBuffers([new Uint8Array(twice), { again: twice }])).toEqual([]);
    expect(movableBuffers([new Uint8Array(parts, 0, 8), new Uint8Array(parts)])).toEqual([]);
    expect(movableBuffers([new Uint8Array(parts), new Uint8Array(parts, 0, 8)])).toEqual([]);
  });

  test('memory that others may hold, that can grow, or that is empty stays out', () => {
    const small = Buffer.from('a small Buffer lies in a pool');
    expect(small.byteLength).toBeLessThan(small.buffer.byteLength);
    const resizable = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 16 }]) as ArrayBuffer;
    const gone = new ArrayBuffer(8);
    structuredClone(gone, { transfer: [gone] });
    const shared = new SharedArrayBuffer(8);
    const outputs = [small, new Uint8Array(16).subarray(4), resizable, gone, shared, new Uint8Array(shared), new ArrayBuffer(0)];
    expect(movableBuffers(outputs)).toEqual([]);
  });

  test('ordinary values, cycles, large arrays and getters that throw do no harm', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const shy = {
      get data(): never {
        throw new Error('no');
      },
    };
    const large = Array.from({ length: 1000 }, () => new ArrayBuffer(8));
    expect(movableBuffers([null, undefined, 1, 'text', new Map([[1, new ArrayBuffer(8)]]), cycle, shy, large])).toEqual([]);
  });
});
