import { expect, test } from '@jest/globals';
import { asData } from './differences.js';

test('what a file can say of a value is said of all of its parts, of what "toJSON" gives, too', () => {
  const order = { toJSON: () => ({ at: new Date(0), total: 10n, note: undefined, tags: new Set(['a']) }) };
  expect(asData([order, undefined])).toEqual([{ at: '1970-01-01T00:00:00.000Z', total: '10', tags: ['a'] }, null]);
});

test('a value whose "toJSON" gives the value itself is said by its members', () => {
  class Itself {
    readonly id = 1;
    toJSON(): this {
      return this;
    }
  }
  expect(asData(new Itself())).toEqual({ id: 1 });
});
