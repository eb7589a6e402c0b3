import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { faultOffset, syntaxFault } from './syntax-fault.js';

function parseError(text: string): unknown {
  try {
    JSON.parse(text);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('faultOffset', () => {
  test.each([
    ['{"a": tru}', 9],
    ['[nul', 4],
    ['oops', 0],
    ['01', 1],
    ['-', 1],
    ['-x', 1],
    ['[1.]', 3],
    ['[1.e5]', 3],
    ['1e+', 3],
    ['"a\nb"', 2],
    [String.raw`"\q"`, 2],
    [String.raw`"\u12g4"`, 5],
    ['"abc', 4],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['{"a":1,}', 7],
    ['[1,]', 3],
    ['[1}', 2],
    ['1 2', 2],
    ['', 0],
    [' ', 1],
    ['\u00a01', 0],
  ])('%j', (text, offset) => {
    expect(faultOffset(text)).toBe(offset);
  });

  test('brackets may be nested deep', () => {
    expect(faultOffset('['.repeat(200_000))).toBe(200_000);
    expect(faultOffset(`${'['.repeat(200_000)}1${']'.repeat(200_000)}`)).toBeUndefined();
  });

  test('there is a fault exactly where JSON.parse refuses, and at the place that it says when it says one', () => {
    const token = fc.constantFrom(...'[]{},:"\\-+.01e tru\n', '"a"', 'true', 'null', '1.5', '{"a":', '\\u00e9', '"b":1');
    const random = fc.array(token, { maxLength: 10 }).map((tokens) => tokens.join(''));
    const cut = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', '}', ',', '"', 'x')).map(([text, place, other]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + other + text.slice(at + 1);
    });
    fc.assert(
      fc.property(fc.oneof(random, cut), (text) => {
        const error = parseError(text);
        expect(faultOffset(text) === undefined).toBe(error === undefined);
        const position = / at position (\d+)/.exec(String(error))?.[1];
        if (position !== undefined && !/control|escape|[Uu]nterminated/.test(String(error))) {
          expect(faultOffset(text)).toBe(Number(position));
        }
      }),
      { numRuns: 3000 },
    );
  });
});

test('what is missing at the end is missed behind the last character, and the message has no position of its own', () => {
  const text = '  {"a":  ';
  expect(syntaxFault(text, parseError(text))).toMatchObject({ offset: 7 });
  const other = '{"a":1 "b"}';
  expect(syntaxFault(other, parseError(other)).why).not.toContain('position');
});
