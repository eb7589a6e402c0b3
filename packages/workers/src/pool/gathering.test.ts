import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InOrder, NONE } from './gathering.js';

test('outcomes that come in any order are handed out in theirs', () => {
  const shuffled = fc.integer({ min: 0, max: 500 }).chain((length) => {
    const indexes = Array.from({ length }, (_, i) => i);
    return fc.shuffledSubarray(indexes, { minLength: length, maxLength: length });
  });
  fc.assert(
    fc.property(shuffled, (indexes) => {
      const gathered = new InOrder();
      const out: unknown[] = [];
      for (const index of indexes) {
        gathered.put(index, `#${index}`);
        for (let next = gathered.shift(); next !== NONE; next = gathered.shift()) out.push(next);
      }
      expect(out).toEqual(indexes.map((_, i) => `#${i}`));
    }),
    { numRuns: 50 },
  );
});
