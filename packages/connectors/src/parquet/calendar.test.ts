import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dateText, daysOf, microsOf, timestampText } from './calendar.js';
import { decimalText, unscaledOf, unscaledOfText } from './decimal.js';

describe('dates', () => {
  test('are those of Date, within what a Date holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000_000, max: 100_000_000 }), (days) => {
        const text = new Date(days * 86_400_000).toISOString().replace('T00:00:00.000Z', '');
        expect(dateText(days)).toBe(text);
        expect(daysOf(text)).toBe(days);
      }),
      { examples: [[0], [-1], [11_016], [-719_528], [-100_000_000], [100_000_000]] },
    );
  });

  test('what is no date is none', () => {
    for (const text of ['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '20261125', '', '-000000-01-01'])
      expect(daysOf(text)).toBeUndefined();
  });
});

test('timestamps come back from their text', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (micros) => {
      expect(microsOf(timestampText(micros, 1_000_000), 'local')).toBe(micros);
      expect(microsOf(`${timestampText(micros, 1_000_000)}Z`, 'zoned')).toBe(micros);
    }),
    { examples: [[0n], [-1n], [-1_000_000n]] },
  );
});

describe('decimals', () => {
  test('come back from their text, and from their bytes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.integer({ min: 0, max: 38 }), (unscaled, scale) => {
        const text = decimalText(unscaled, scale);
        expect(unscaledOfText(text, scale)).toBe(unscaled);
        const hex = BigInt.asUintN(136, unscaled).toString(16).padStart(34, '0');
        expect(unscaledOf(Buffer.from(hex, 'hex'))).toBe(unscaled);
      }),
    );
  });

  test('are told where digits would be lost', () => {
    expect(unscaledOfText('1.50', 1)).toBe(15n);
    expect(unscaledOfText('1.55', 1)).toBeUndefined();
    expect(unscaledOfText('1.5e3', 0)).toBe(1500n);
    expect(unscaledOfText('1e-7', 7)).toBe(1n);
    expect(unscaledOfText('1e-7', 6)).toBeUndefined();
    expect(unscaledOfText('0e9', 0)).toBe(0n);
    for (const text of ['', '.', '1.2.3', 'NaN', 'Infinity', '0x1', ' 1']) expect(unscaledOfText(text, 2)).toBeUndefined();
  });
});
