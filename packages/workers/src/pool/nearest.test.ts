import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nearest } from './nearest.js';

const names = ['capacity', 'concurrency', 'window', 'order', 'batch'];

describe('nearest', () => {
  test('finds what a letter more, less, other or swapped makes', () => {
    for (const word of ['capacty', 'capaccity', 'capacitx', 'cpaacity']) expect(nearest(word, names)).toBe('capacity');
    expect(nearest('oder', names)).toBe('order');
  });

  test('does not mind case', () => {
    expect(nearest('CONCURRENCY', names)).toBe('concurrency');
  });

  test('does not guess what is far off', () => {
    for (const word of ['', 'x', 'retries', 'cap', '__proto__', 'c'.repeat(10_000)]) expect(nearest(word, names)).toBeUndefined();
  });

  test('a swap of neighbours always leads back to the word', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), (name, seed) => {
        const at = seed % (name.length - 1);
        const swapped = name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2);
        expect(nearest(swapped, names)).toBe(name);
      }),
    );
  });
});
