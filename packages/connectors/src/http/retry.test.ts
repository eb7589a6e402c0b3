import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { delayOf, isPassing, isPassingCode, retryAfterOf, retryDefaults } from './retry.js';

const noon = Date.UTC(2026, 10, 25, 12);

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    ['7', 7000],
    [' 120 ', 120_000],
    ['Wed, 25 Nov 2026 12:00:05 GMT', 5000],
    ['Wednesday, 25-Nov-26 12:00:05 GMT', 5000],
    ['Wed Nov 25 12:00:05 2026 GMT', 5000],
    ['Wed Nov 25 12:00:05 2026', 5000],
    ['Wed Nov  4 12:00:05 2026', 0],
    ['Wed, 25 Nov 2026 11:59:00 GMT', 0],
    ['-3', undefined],
    ['1.5', undefined],
    ['2026', 2_026_000],
    ['soon', undefined],
    ['Wed, never', undefined],
    ['', undefined],
  ])('%j', (text, ms) => {
    expect(retryAfterOf(new Headers({ 'retry-after': text }), noon)).toBe(ms);
  });

  test('is a date of GMT where the machine has another time, also in the form without a zone', async () => {
    const retry = new URL('./retry.js', import.meta.url).href;
    const program = `import { retryAfterOf } from ${JSON.stringify(retry)};
      console.log(retryAfterOf(new Headers({ 'retry-after': 'Wed Nov 25 12:00:05 2026' }), ${noon}));`;
    const env = { ...process.env, TZ: 'America/New_York' };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env });
    expect(stdout.trim()).toBe('5000');
  }, 20_000);

  test('is not there', () => {
    expect(retryAfterOf(new Headers(), noon)).toBeUndefined();
  });
});

describe('another attempt', () => {
  test('comes after delays that grow up to their limit, chosen below it', () => {
    const policy = { ...retryDefaults, delayMs: 100, factor: 3, maxDelayMs: 1000 };
    expect([1, 2, 3, 4].map((attempt) => delayOf(policy, attempt, () => 1))).toEqual([100, 300, 900, 1000]);
    expect(delayOf(policy, 2, () => 0.5)).toBe(150);
  });

  test('makes sense after what may pass', () => {
    expect([400, 401, 404, 408, 409, 422, 429, 500, 503, 599].filter(isPassing)).toEqual([408, 429, 500, 503, 599]);
    const codes = [
      'ECONNREFUSED',
      'ECONNRESET',
      'UND_ERR_SOCKET',
      'ENOTFOUND',
      'CERT_HAS_EXPIRED',
      'UND_ERR_INVALID_ARG',
      undefined,
    ];
    expect(codes.filter(isPassingCode)).toEqual(['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET', 'ENOTFOUND']);
  });
});
