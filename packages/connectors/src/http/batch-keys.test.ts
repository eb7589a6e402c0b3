import { describe, expect, test } from '@jest/globals';
import { BatchKeys } from './batch-keys.js';

describe('the key of a batch', () => {
  test('is the same when the batch comes again after it has failed', () => {
    const keys = new BatchKeys();
    const first = keys.of('[1]');
    first.failed();
    const again = keys.of('[1]');
    expect(again.key).toBe(first.key);
    again.failed();
    expect(keys.of('[1]').key).toBe(first.key);
  });

  test('differs between batches, those of the same content and those of other openings too', () => {
    const keys = new BatchKeys();
    const made = [keys.of('[1]'), keys.of('[2]'), keys.of('[1]'), new BatchKeys().of('[1]')].map(({ key }) => key);
    expect(new Set(made).size).toBe(4);
    for (const key of made) expect(key).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is remembered for the latest of those that have failed: rejected items never come again', () => {
    const keys = new BatchKeys();
    const failed = Array.from({ length: 10_001 }, (_, n) => keys.of(`[${n}]`));
    for (const batch of failed) batch.failed();
    expect([0, 1, 10_000].map((n) => keys.of(`[${n}]`).key === failed[n]!.key)).toEqual([false, true, true]);
  });

  test('is not that of a batch of the same content that is under way', () => {
    const keys = new BatchKeys();
    const [one, two] = [keys.of('[1]'), keys.of('[1]')];
    one.failed();
    const again = keys.of('[1]');
    expect(again.key).toBe(one.key);
    // The other one is still under way, and the failed key is taken.
    const third = keys.of('[1]');
    expect([one.key, two.key]).not.toContain(third.key);
  });
});
