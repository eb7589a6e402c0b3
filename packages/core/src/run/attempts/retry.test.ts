import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { delayOf, type RetryPolicy, restOf, verdictOn } from './retry.js';

const policy: RetryPolicy = { attempts: 4, delayMs: 100, factor: 3, maxDelayMs: 800, jitter: false };

describe('the delay before an attempt', () => {
  test('grows by the factor up to its limit', () => {
    expect([1, 2, 3, 4, 5000].map((attempt) => delayOf(policy, attempt, Math.random))).toEqual([100, 300, 800, 800, 800]);
  });

  test('with jitter is anywhere between none and the one without', () => {
    const jittered = { ...policy, jitter: true };
    expect([0, 0.5, 0.75].map((chance) => delayOf(jittered, 2, () => chance))).toEqual([0, 150, 225]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, chance) => {
        const delay = delayOf(jittered, attempt, () => chance);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(delayOf(policy, attempt, Math.random));
      }),
    );
  });
});

describe('the rest that an error asks for', () => {
  test('is its retryAfterMs, when that is a time', () => {
    expect(restOf(Object.assign(new Error('slow down'), { retryAfterMs: 1500 }))).toBe(1500);
    expect(restOf({ retryAfterMs: 0.5 })).toBe(0.5);
    expect(restOf({ retryAfterMs: Number.POSITIVE_INFINITY })).toBe(2 ** 31 - 1);
    for (const none of [0, -1, Number.NaN, '1000', null, undefined]) expect(restOf({ retryAfterMs: none })).toBe(0);
  });

  test('is none for what has no such member, or will not show it', () => {
    for (const error of [undefined, null, 'text', 7, new Error('x'), Object.create(null)]) expect(restOf(error)).toBe(0);
    const shy = {
      get retryAfterMs(): number {
        throw new Error('no');
      },
    };
    expect(restOf(shy)).toBe(0);
  });
});

describe('the verdict on a failed attempt', () => {
  const error = new Error('broken');
  const throwing = (thrown: unknown) => (): boolean => {
    throw thrown;
  };

  test('is another one until there are as many as the policy allows', () => {
    expect([1, 2, 3, 4].map((attempt) => verdictOn(policy, error, attempt).kind)).toEqual(['again', 'again', 'again', 'failed']);
    expect(verdictOn(policy, error, 4)).toEqual({ kind: 'failed', error });
  });

  test('`when` is asked with the error and the attempt, and not after the last one', () => {
    const asked: unknown[] = [];
    const when = (thrown: unknown, attempt: number): boolean => {
      asked.push([thrown, attempt]);
      return attempt < 2;
    };
    const verdicts = [1, 2, 4].map((attempt) => verdictOn({ ...policy, when }, error, attempt));
    expect(verdicts).toEqual([{ kind: 'again' }, { kind: 'failed', error }, { kind: 'failed', error }]);
    expect(asked).toEqual([
      [error, 1],
      [error, 2],
    ]);
  });

  test('when `when` throws, its error fails the item and the original is its cause', () => {
    const thrown = new TypeError('when');
    expect(verdictOn({ ...policy, when: throwing(thrown) }, error, 1)).toEqual({ kind: 'failed', error: thrown });
    expect(thrown.cause).toBe(error);
  });

  test.each<[string, unknown, string]>([
    ['has a cause', new RangeError('has a cause', { cause: 'its own' }), 'RangeError: has a cause'],
    ['is frozen', Object.freeze(new Error('frozen')), 'Error: frozen'],
    ['is no error', 'a text', "'a text'"],
    ['is nothing', undefined, 'undefined'],
  ])('when what `when` throws %s, both are told side by side', (_, thrown, told) => {
    const verdict = verdictOn({ ...policy, when: throwing(thrown) }, error, 1);
    expect(verdict).toMatchObject({
      kind: 'failed',
      error: {
        name: 'AggregateError',
        message: `retry.when threw ${told}; it was asked about Error: broken`,
        errors: [thrown, error],
      },
    });
  });

  test('a `when` that throws what it was asked about changes nothing', () => {
    expect(verdictOn({ ...policy, when: throwing(error) }, error, 1)).toEqual({ kind: 'failed', error });
    expect(error).not.toHaveProperty('cause');
  });

  test('a `when` that answers neither true nor false fails the item, for a promise would always be true', () => {
    const when = (async () => false) as unknown as RetryPolicy['when'];
    const verdict = verdictOn({ ...policy, when }, error, 1);
    expect(verdict).toMatchObject({
      kind: 'failed',
      error: { name: 'TypeError', message: 'retry.when must return true or false, it returned object', cause: error },
    });
  });
});
