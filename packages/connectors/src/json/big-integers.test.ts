import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BigIntegerFault, hasLongDigits, withBigIntegers } from './big-integers.js';

describe('hasLongDigits', () => {
  test('finds sixteen digits in a row and no fewer, wherever they stand', () => {
    for (let before = 0; before < 40; before++) {
      for (const after of ['', 'x', 'x'.repeat(20)]) {
        expect(hasLongDigits(`${' '.repeat(before)}${'1'.repeat(16)}${after}`)).toBe(true);
        expect(hasLongDigits(`${' '.repeat(before)}${'1'.repeat(15)}x${'1'.repeat(15)}${after}`)).toBe(false);
      }
    }
  });
});

const read = (text: string, policy: 'fail' | 'bigint' | 'string') => withBigIntegers(text, JSON.parse(text), policy);

describe('withBigIntegers', () => {
  test.each([
    ['"12345678901234567890"', '12345678901234567890'],
    [String.raw`["\"12345678901234567890", "\\", 1]`, ['"12345678901234567890', '\\', 1]],
    ['{"12345678901234567890":1}', { '12345678901234567890': 1 }],
    ['-0', -0],
    ['12345678901234567890.5', Number('12345678901234567890.5')],
    ['12345678901234567890e3', Number('12345678901234567890e3')],
    ['1.2345678901234567890123', Number('1.2345678901234567890123')],
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
  ])('%s holds none, and is what it was', (text, value) => {
    for (const policy of ['fail', 'bigint', 'string'] as const) expect(read(text, policy)).toEqual(value);
  });

  test('the fault is at the first of them', () => {
    let error: unknown;
    try {
      read('["1234567890123456789", 9007199254740992, 9007199254740993, 9007199254740995]', 'fail');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(BigIntegerFault);
    expect(error).toMatchObject({ offset: 42 });
  });

  test('what JSON.stringify makes of a number loses nothing', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 15, max: 25 }), (some, exponent) => {
        for (const value of [some, Math.round(some), Math.round(Math.sin(some) * 10 ** exponent)]) {
          expect(read(JSON.stringify(value), 'fail')).toBe(value === 0 ? 0 : value);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('all digits survive, beside anything', () => {
    const big = fc.bigInt().map((value) => value * 10n ** 20n + (value < 0n ? -(2n ** 53n) : 2n ** 53n));
    const rest = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(big, rest, rest, fc.string(), (value, before, after, key) => {
        const name = JSON.stringify(key);
        const text = `[${JSON.stringify(before)}, {${name} :${value}}\n,${JSON.stringify(after)}]`;
        // The neighbours may be whole numbers without a point themselves, such as 1e20.
        fc.pre(!/\d{16}/.test(JSON.stringify([before, after])));
        const plain = JSON.parse(JSON.stringify([before, after]));
        const own = (what: unknown) => JSON.parse(`{${name}:0}`, (at, old) => (at === key && old === 0 ? what : old));
        expect(read(text, 'bigint')).toEqual([plain[0], own(value), plain[1]]);
        expect(read(text, 'string')).toEqual([plain[0], own(String(value)), plain[1]]);
      }),
      { numRuns: 300 },
    );
  });
});
