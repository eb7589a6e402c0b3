import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { copyingBuilder, rowBuilder } from './row-builder.js';

test('the compiled and the copying builder make the same rows for any names', () => {
  const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', '"]:0,["', '\u2028', '\\'));
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 8 }), (names) => {
      const members = names.map((one, index) => ({ name: one, field: names.length - 1 - index }));
      const fields = names.map((_, index) => `${index}`);
      const expected = new Map(members.map(({ name: one, field }) => [one, `${field}`]));
      for (const build of [rowBuilder(members), copyingBuilder(members)]) {
        const row = build(fields);
        expect(new Map(Object.entries(row))).toEqual(expected);
        expect(Reflect.getPrototypeOf(row)).toBe(Object.prototype);
      }
    }),
  );
});
