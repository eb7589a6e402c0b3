import { describe, expect, test } from '@jest/globals';
import { linkTarget } from './link-header.js';

describe('the next page of a Link header', () => {
  test.each([
    ['<https://a.b/c?page=2>; rel="next"', 'https://a.b/c?page=2'],
    ['<x>; rel="next', undefined],
    ['</c?ids=1,2;3>; rel=next', '/c?ids=1,2;3'],
    ['<x>;rel=NEXT', 'x'],
    ['<x> ; REL = "last  Next"', 'x'],
    ['<y>; title="a, <b>; rel=\\"next\\""; rel=prev, <x>; title="one; two"; rel=next', 'x'],
    ['<x>; rel=prev; rel=next', undefined],
    ['<x>; rel="nextpage"', undefined],
    ['<x>; anchor=next', undefined],
    ['x; rel=next', undefined],
    ['<x', undefined],
    ['<x>; rel="next', undefined],
    [',,<x>;;rel=next,', 'x'],
    ['', undefined],
  ])('%s', (header, target) => {
    expect(linkTarget(header, 'next')).toBe(target);
  });
});
