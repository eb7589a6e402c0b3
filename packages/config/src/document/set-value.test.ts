import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setValue } from './set-value.js';

describe('a value that is set from outside', () => {
  test.each([
    ['2', 2],
    ['-0.5', -0.5],
    ['1e21', 1e21],
    ['0x10', 16],
    ['.inf', Number.POSITIVE_INFINITY],
    ['true', true],
    ['false', false],
    ['null', null],
    ['~', null],
    ['"2"', '2'],
    ["'# 2'", '# 2'],
    ['"a\\tb"', 'a\tb'],
    ['[1, "a", { b: ~ }]', [1, 'a', { b: null }]],
    [' {"a": [true],\n"b": {}}\n', { a: [true], b: {} }],
    ['{ attempts: 5 }', { attempts: 5 }],
    ['[9007199254740992, 9007199254740993, -1e300]', [9007199254740992, '9007199254740993', -1e300]],
    ['[1000000000000000000000, 1000000000000000000001]', [1e21, '1000000000000000000001']],
    ['{ 9007199254740993: { id: -9007199254740993 } }', { '9007199254740993': { id: '-9007199254740993' } }],
  ])('is what YAML says where it is one value as a whole: %j', (text, value) => {
    expect(setValue(text)).toEqual(value);
  });

  test.each([
    ...[
      '',
      ' ',
      '\t',
      '#',
      '# 5',
      '-',
      '- x',
      '|',
      '>',
      '>-',
      '?',
      '? a',
      '%',
      '@',
      '`',
      '*',
      '*a',
      '&a',
      '!',
      '---',
      '...',
      '"',
      "'",
    ],
    ...[
      'out #1.ndjson',
      '5 # five',
      ' 5',
      '5 ',
      '"a" # b',
      '"a" ',
      '{ a: 1 } # b',
      '--- 5',
      '5\n---\n6',
      '[1]\n---\n[2]',
      '5\n...',
    ],
    ...[
      'a: b',
      'a:',
      'a\nb',
      '|\n  a',
      '!!str 5',
      '&a 5',
      '!x [1]',
      '[1',
      '{ a: 1, a: 2 }',
      'a, b',
      '1%',
      'no',
      '1_000',
      '2026-11-26',
    ],
    ...['12345678901234567890', '1'.repeat(400), '%YAML 1.2\n---\n5', '\u{FEFF}5'],
  ])('is the text as it stands where it is not: %j', (text) => {
    expect(setValue(text)).toBe(text);
  });

  test('is the text as it stands where brackets are nested too deeply to be read', () => {
    const text = '['.repeat(100_000);
    expect(setValue(text) === text).toBe(true);
  });

  test('is never another text, unless it is one in quotes', () => {
    const one = fc.oneof(fc.string({ unit: fc.constantFrom(...'ab 1#:-|>?!&*%@`\'"{}[],\n\t') }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(one, (text) => {
        const value = setValue(text);
        const quoted = text.length > 1 && (text[0] === '"' || text[0] === "'") && text.at(-1) === text[0];
        expect(typeof value !== 'string' || value === text || quoted).toBe(true);
      }),
    );
  });

  test('is what JSON says of JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(setValue(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});

test.each(['[*.csv]', '[*.txt, b]', '{a: *x}'])('an alias of nothing makes it a text: %s', (text) => {
  expect(setValue(text)).toBe(text);
});
