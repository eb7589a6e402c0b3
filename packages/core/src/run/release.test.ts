import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { TimeoutError } from '@millrace/workers';
import { type Release, releaseAll } from './release.js';

interface Failure {
  readonly stage: string;
  readonly error: unknown;
}

function start(releases: readonly Release[]): { readonly failures: Failure[]; readonly released: () => boolean } {
  const failures: Failure[] = [];
  let released = false;
  void releaseAll(releases, 1000, (stage, error) => failures.push({ stage, error })).then(() => {
    released = true;
  });
  return { failures, released: () => released };
}

const never = (): Promise<void> => new Promise(() => undefined);

describe('releaseAll', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('releases all side by side and leaves no timer', async () => {
    const order: string[] = [];
    const release = (stage: string): Release => ({
      stage,
      run: async () => {
        order.push(`${stage} begins`);
        await Promise.resolve();
        order.push(`${stage} ends`);
      },
    });
    const { failures, released } = start([release('a'), release('b'), { stage: 'nothing', run: () => undefined }]);
    await jest.advanceTimersByTimeAsync(0);
    expect(released()).toBe(true);
    expect(order).toEqual(['a begins', 'b begins', 'a ends', 'b ends']);
    expect(failures).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('who is late is told of and not waited for; the others are', async () => {
    let other = false;
    const slow = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 999));
      other = true;
    };
    const { failures, released } = start([
      { stage: 'stuck', run: never },
      { stage: 'slow', run: slow },
    ]);
    await jest.advanceTimersByTimeAsync(999);
    expect([other, released()]).toEqual([true, false]);
    await jest.advanceTimersByTimeAsync(1);
    expect(released()).toBe(true);
    expect(failures).toHaveLength(1);
    expect(failures[0]!.error).toBeInstanceOf(TimeoutError);
    expect(failures[0]).toMatchObject({
      stage: 'stuck',
      error: { message: '"stuck" was not released within 1000 ms; nobody waits for it any more' },
    });
    expect(jest.getTimerCount()).toBe(0);
  });

  test('who throws or rejects is told of and does not keep the others', async () => {
    const [thrown, rejected] = [new Error('thrown'), new Error('rejected')];
    let other = false;
    const { failures, released } = start([
      {
        stage: 'a',
        run: () => {
          throw thrown;
        },
      },
      { stage: 'b', run: () => Promise.reject(rejected) },
      {
        stage: 'c',
        run: async () => {
          other = true;
        },
      },
    ]);
    await jest.advanceTimersByTimeAsync(0);
    expect([other, released()]).toEqual([true, true]);
    expect(failures).toEqual([
      { stage: 'a', error: thrown },
      { stage: 'b', error: rejected },
    ]);
  });

  test('a rejection that comes too late is silent', async () => {
    const late = (): Promise<void> => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 2000));
    const { failures, released } = start([{ stage: 'a', run: late }]);
    await jest.advanceTimersByTimeAsync(3000);
    expect(released()).toBe(true);
    expect(failures).toHaveLength(1);
    expect(failures[0]!.error).toBeInstanceOf(TimeoutError);
  });
});
