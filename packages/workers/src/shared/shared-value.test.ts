import { describe, expect, test } from '@jest/globals';
import { cloneToThread, type NumberType, SharedArray, SharedValue } from '@millrace/workers';

const whole = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32'] as const;
const big = ['bigint64', 'biguint64'] as const;
const floats = ['float32', 'float64'] as const;

describe('SharedValue', () => {
  test.each([...whole, ...floats])('of %s is 0 at first, and what it is given', (type) => {
    expect(new SharedValue(type).value).toBe(0);
    const value = new SharedValue(type, 5);
    expect(value.value).toBe(5);
    value.value = 7;
    expect(cloneToThread({ value }).value.value).toBe(7);
  });

  test.each(big)('of %s holds bigints', (type) => {
    const value = new SharedValue(type, 2n ** 40n);
    expect(value.add(2n)).toBe(2n ** 40n);
    expect(value.value).toBe(2n ** 40n + 2n);
  });

  test.each(whole)('of %s adds in one step and gives what was there before', (type) => {
    const value = new SharedValue(type, 5);
    expect([value.add(3), value.value]).toEqual([5, 8]);
  });

  test.each(floats)('of %s adds with its lock alone', async (type) => {
    const value = new SharedValue(type, 0.5);
    expect(() => value.add(1)).toThrow('use update, which takes the lock');
    expect(await value.update((before) => before + 1)).toBe(1.5);
    expect(value.lock.locked).toBe(false);
  });

  test('wraps as the type does', () => {
    const value = new SharedValue('uint8', 255);
    value.add(2);
    expect(value.value).toBe(1);
  });

  test('changes with its lock held, and gives it back when the change throws', async () => {
    const value = new SharedValue('int32', 1);
    await value.update((before) => {
      expect(value.lock.locked).toBe(true);
      return before * 2;
    });
    await expect(
      value.update(() => {
        throw new RangeError('out');
      }),
    ).rejects.toThrow('out');
    expect([value.value, value.lock.locked]).toEqual([2, false]);
  });

  test('without a lock says so to who asks for it, also where it came to', async () => {
    const value = new SharedValue('int32', 1, { lock: false });
    for (const one of [value, cloneToThread({ value }).value]) {
      expect(() => one.lock).toThrow('made with { lock: false }');
      await expect(one.update((before) => before)).rejects.toThrow(TypeError);
    }
  });

  test('refuses a type that there is not', () => {
    expect(() => new SharedValue('int64' as NumberType)).toThrow('type must be one of int8, uint8');
    expect(() => new SharedArray('toString' as NumberType, 1)).toThrow('type must be one of');
  });
});

describe('SharedArray', () => {
  test.each([null, {}, '12', true, 3n])('is not made of %p as its content', (content) => {
    expect(() => new SharedArray('int32', content as never)).toThrow(
      /^new SharedArray\(type, content\): content must be a length, or the values to begin with, got /,
    );
  });

  test.each([...whole, ...floats])('of %s is zeros by its length, or the values that it is given', (type) => {
    const zeros = new SharedArray(type, 3);
    expect([zeros.length, [...zeros.array]]).toEqual([3, [0, 0, 0]]);
    const values = new SharedArray(type, new Set([1, 2]));
    expect([...values.array]).toEqual([1, 2]);
    expect(values.array.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('is read and written by its index, elsewhere too, and has none beyond', () => {
    const array = new SharedArray('bigint64', [1n, 2n]);
    const there = cloneToThread({ array }).array;
    there.set(1, 9n);
    expect([array.get(0), array.get(1)]).toEqual([1n, 9n]);
    for (const index of [2, -1, 0.5]) {
      expect(() => array.get(index)).toThrow(`a SharedArray of length 2 has no index ${index}`);
      expect(() => array.set(index, 0n)).toThrow(RangeError);
    }
  });

  test('may be empty, and of no other length than a whole number', () => {
    expect(new SharedArray('int8', 0).length).toBe(0);
    expect(new SharedArray('int8', []).length).toBe(0);
    for (const length of [-1, 1.5, Number.NaN])
      expect(() => new SharedArray('int8', length)).toThrow('length must be an integer');
  });

  test('gives its array to a body that holds the lock', async () => {
    const array = new SharedArray('float64', [1, 2]);
    const sum = await array.run((values) => {
      expect(array.lock.locked).toBe(true);
      return values[0]! + values[1]!;
    });
    expect([sum, array.lock.locked]).toEqual([3, false]);
  });
});
