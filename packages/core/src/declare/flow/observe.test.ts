import { describe, expect, test } from '@jest/globals';
import { config, lastValueFrom, take, toArray } from 'rxjs';
import { observe } from './observe.js';

/** Counts up to `until`; tells what was asked of it. */
function counter(until: number, asked: string[]): AsyncIterableIterator<number> {
  let count = 0;
  return {
    next: async () => {
      asked.push('next');
      return count < until ? { done: false, value: count++ } : { done: true, value: undefined };
    },
    return: async () => {
      asked.push('return');
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

describe('observe', () => {
  test('each subscription opens an iterator, none before', async () => {
    const asked: string[] = [];
    let opened = 0;
    const counted = observe(() => {
      opened++;
      return counter(2, asked);
    });
    expect(opened).toBe(0);
    expect(await lastValueFrom(counted.pipe(toArray()))).toEqual([0, 1]);
    expect(await lastValueFrom(counted.pipe(toArray()))).toEqual([0, 1]);
    expect(opened).toBe(2);
    expect(asked).toEqual(['next', 'next', 'next', 'next', 'next', 'next']);
  });

  test('unsubscribing while an item is delivered returns the iterator once and asks no more', async () => {
    const asked: string[] = [];
    expect(await lastValueFrom(observe(() => counter(9, asked)).pipe(take(2), toArray()))).toEqual([0, 1]);
    await new Promise(setImmediate);
    expect(asked).toEqual(['next', 'next', 'return']);
  });

  test('unsubscribing while an item is awaited returns the iterator at once', () => {
    const asked: string[] = [];
    observe(() => counter(9, asked))
      .subscribe()
      .unsubscribe();
    expect(asked).toEqual(['next', 'return']);
  });

  test('what the iterator throws is the error of the Observable', async () => {
    const broken = new Error('broken');
    const failing = observe(async function* () {
      yield 1;
      throw broken;
    });
    const seen: unknown[] = [];
    await expect(failing.forEach((item) => void seen.push(item))).rejects.toBe(broken);
    expect(seen).toEqual([1]);
  });

  test('what opening throws is the error of the Observable', async () => {
    const broken = new Error('broken');
    const failing = observe<never>(() => {
      throw broken;
    });
    await expect(lastValueFrom(failing)).rejects.toBe(broken);
  });

  test('an early stop that fails is told to the hook of RxJS for notifications nobody listens to', async () => {
    const broken = new Error('broken');
    const stopped = new Promise((resolve) => {
      config.onStoppedNotification = resolve;
    });
    const iterator = { ...counter(9, []), return: () => Promise.reject(broken) };
    observe(() => iterator)
      .subscribe()
      .unsubscribe();
    expect(await stopped).toMatchObject({ kind: 'E', error: broken });
    config.onStoppedNotification = null;
  });
});
