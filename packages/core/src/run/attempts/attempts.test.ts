import { describe, expect, test } from '@jest/globals';
import { ManualTimers } from '../../timers.fixture.js';
import { Attempts } from './attempts.js';
import type { RetryPolicy } from './retry.js';

const policy: RetryPolicy = { attempts: 3, delayMs: 100, factor: 2, maxDelayMs: 1000, jitter: false };
const error = new Error('broken');

function make(given: Partial<RetryPolicy> = {}) {
  const timers = new ManualTimers();
  const seen = { wakes: 0 };
  const attempts = new Attempts(
    { ...policy, ...given },
    {
      wake: () => {
        seen.wakes += 1;
      },
      timers,
      random: () => 0.5,
    },
  );
  return { timers, attempts, seen };
}

describe('attempts', () => {
  test('an item is at its first one until it fails, and its slot is at the first one again for the next item', () => {
    const { attempts } = make();
    expect(attempts.attempt(4)).toBe(1);
    attempts.failed(4, error);
    expect([attempts.attempt(4), attempts.attempt(5)]).toEqual([2, 1]);
    attempts.begin(4);
    expect(attempts.attempt(4)).toBe(1);
  });

  test('a failed one is due after its delay, the next one after a longer delay, and no more than allowed', () => {
    const { attempts, timers, seen } = make();
    expect(attempts.failed(4, error)).toEqual({ kind: 'again' });
    timers.elapse(99);
    expect([attempts.next(), attempts.waiting, seen.wakes]).toEqual([-1, 1, 0]);
    timers.elapse(1);
    expect([seen.wakes, attempts.next(), attempts.next(), attempts.waiting]).toEqual([1, 4, -1, 0]);
    expect(attempts.failed(4, error)).toEqual({ kind: 'again' });
    timers.elapse(199);
    expect(attempts.next()).toBe(-1);
    timers.elapse(1);
    expect([attempts.next(), attempts.attempt(4)]).toEqual([4, 3]);
    expect(attempts.failed(4, error)).toEqual({ kind: 'failed', error });
    expect([attempts.attempt(4), attempts.retries, timers.waiting]).toEqual([3, 2, 0]);
  });

  test('delays of several items run side by side; who is due first goes first', () => {
    const { attempts, timers } = make();
    attempts.failed(1, error);
    timers.elapse(50);
    attempts.failed(2, error);
    timers.elapse(500);
    expect([attempts.next(), attempts.next(), attempts.next()]).toEqual([1, 2, -1]);
  });

  test('jitter shortens the delay; without any delay the item is due at once', () => {
    const jittered = make({ jitter: true });
    jittered.attempts.failed(1, error);
    jittered.timers.elapse(50);
    expect(jittered.attempts.next()).toBe(1);
    const none = make({ delayMs: 0 });
    none.attempts.failed(1, error);
    expect([none.attempts.next(), none.timers.waiting]).toEqual([1, 0]);
  });

  test('the retryAfterMs of an error holds all items, also when this one is not tried again', () => {
    const { attempts, timers, seen } = make();
    attempts.failed(1, error);
    attempts.failed(2, { retryAfterMs: 300 });
    expect(attempts.resting).toBe(true);
    timers.elapse(299);
    expect([attempts.next(), attempts.resting]).toEqual([-1, true]);
    timers.elapse(1);
    expect([attempts.next(), attempts.next(), attempts.resting]).toEqual([1, 2, false]);
    expect(seen.wakes).toBeGreaterThan(0);
    const once = make({ when: () => false });
    expect(once.attempts.failed(1, { retryAfterMs: 300 }).kind).toBe('failed');
    expect(once.attempts.resting).toBe(true);
  });

  test('of several rests the one that ends last holds', () => {
    const { attempts, timers } = make();
    attempts.failed(1, { retryAfterMs: 300 });
    attempts.failed(2, { retryAfterMs: 100 });
    timers.elapse(200);
    expect(attempts.resting).toBe(true);
    attempts.failed(3, { retryAfterMs: 300 });
    timers.elapse(200);
    expect(attempts.resting).toBe(true);
    timers.elapse(100);
    expect(attempts.resting).toBe(false);
  });

  test('a stop calls off every delay and every rest', () => {
    const { attempts, timers, seen } = make();
    attempts.failed(1, error);
    attempts.failed(2, { retryAfterMs: 300 });
    attempts.stop();
    expect([timers.waiting, attempts.waiting, attempts.resting]).toEqual([0, 0, false]);
    timers.elapse(1000);
    expect([seen.wakes, attempts.next()]).toEqual([0, -1]);
  });
});
