import { expect, test } from '@jest/globals';
import { bytesOf } from './bytes-of.js';

test('B25 strings count their length, buffers and views the bytes that they show', () => {
  expect(bytesOf('')).toBe(0);
  expect(bytesOf('four')).toBe(4);
  expect(bytesOf('żółw')).toBe(4);
  expect(bytesOf(Buffer.from('żółw'))).toBe(7);
  expect(bytesOf(new Float64Array(3))).toBe(24);
  expect(bytesOf(new DataView(new ArrayBuffer(10), 4))).toBe(6);
  expect(bytesOf(new Uint8Array(new ArrayBuffer(10), 2, 3))).toBe(3);
  expect(bytesOf(new ArrayBuffer(10))).toBe(10);
});

test('B25 all else counts nothing, whatever is inside', () => {
  const throwing = Object.defineProperty({}, 'byteLength', {
    get: () => {
      throw new Error('looked at');
    },
  });
  for (const item of [null, undefined, 1, 2n, true, Symbol('s'), () => 'text', ['text'], { text: 'text' }, throwing]) {
    expect(bytesOf(item)).toBe(0);
  }
  expect(bytesOf(new SharedArrayBuffer(10))).toBe(0);
});
