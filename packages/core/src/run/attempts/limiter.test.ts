import { describe, expect, test } from '@jest/globals';
import { rateLimiter } from '../../declare/options/rate.js';
import { ManualTimers } from '../../timers.fixture.js';
import { Limiter, sharedLimiter } from './limiter.js';

describe('a limiter', () => {
  test('S12 each key has a limit of its own', () => {
    const limiter = new Limiter({ limit: 1, perMs: 10 }, new ManualTimers());
    expect(['a', 'b', 'a', 1, '1', true, 1n].map((key) => limiter.of(key).take())).toEqual([
      true,
      true,
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  test('S14 keys that have started nothing within perMs are forgotten: memory is bounded by those that have', () => {
    const timers = new ManualTimers();
    const limiter = new Limiter({ limit: 3, perMs: 100 }, timers);
    let most = 0;
    for (let i = 0; i < 100_000; i += 1) {
      if (i % 10 === 0) timers.elapse(1);
      limiter.of(i).take();
      most = Math.max(most, limiter.size);
    }
    // A thousand keys start within 100 ms.
    expect(most).toBeLessThan(2200);
  });

  test('S14 a key that somebody waits for is not forgotten, and holds up the forgetting of no other', () => {
    const timers = new ManualTimers();
    const limiter = new Limiter({ limit: 1, perMs: 10 }, timers);
    const claimed = limiter.of('claimed');
    claimed.claim(() => undefined);
    for (let i = 0; i < 1000; i += 1) {
      timers.elapse(10);
      limiter.of(i).take();
    }
    expect(limiter.of('claimed')).toBe(claimed);
    expect(limiter.size).toBeLessThan(10);
  });

  test('S13 a shared one is the same for all stages that go by the same clock', () => {
    const [one, other] = [new ManualTimers(), new ManualTimers()];
    const rate = rateLimiter({ limit: 1, perMs: 10 });
    expect(sharedLimiter(rate, one)).toBe(sharedLimiter(rate, one));
    expect(sharedLimiter(rate, one)).not.toBe(sharedLimiter(rate, other));
    expect(sharedLimiter(rateLimiter({ limit: 1, perMs: 10 }), one)).not.toBe(sharedLimiter(rate, one));
  });
});
