import { describe, expect, jest, test } from '@jest/globals';
import { onAbort } from './abort.js';

describe('onAbort', () => {
  test('calls all that have not taken it back, once', () => {
    const controller = new AbortController();
    const called: string[] = [];
    onAbort(controller.signal, () => called.push('one'));
    onAbort(controller.signal, () => called.push('two'))();
    onAbort(controller.signal, () => called.push('three'));
    controller.abort();
    expect(called).toEqual(['one', 'three']);
  });

  test('what one throws keeps no other from hearing, and is thrown where nobody catches it', () => {
    const later = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {});
    const controller = new AbortController();
    const called: string[] = [];
    onAbort(controller.signal, () => {
      throw new Error('mine');
    });
    onAbort(controller.signal, () => called.push('other'));
    controller.abort();
    const [thrower] = later.mock.calls[0]!;
    later.mockRestore();
    expect(called).toEqual(['other']);
    expect(thrower).toThrow('mine');
  });
});
