import { describe, expect, test } from '@jest/globals';
import { connectors, OptionError } from './index.js';

const formats = ['csv', 'tsv', 'ndjson', 'json', 'lines'];

describe.each(formats)('%s by its name', (name) => {
  const connector = connectors[name]!;

  test('makes a source of a path, a glob or a list, and a sink of a path', () => {
    for (const path of ['in', 'in/*.gz', ['a', '-']]) expect(connector.read?.make({ path }).name).toBe(name);
    expect(connector.write?.make({ path: '-' }).name).toBe(name);
    expect(() => connector.write?.make({ path: ['a', 'b'] })).toThrow(OptionError);
  });

  test('says of each option what it takes, and refuses others', () => {
    for (const end of [connector.read, connector.write]) {
      for (const rule of Object.values(end?.options ?? {})) {
        expect(rule.doc).toMatch(/\.$/);
        expect(rule.allowed).not.toBe('');
        expect(rule.schema).toBeDefined();
        expect(rule.required === true || rule.default !== undefined).toBe(true);
      }
      expect(() => end?.make({ path: 'f', option: 1 })).toThrow('there is no option "option"');
      expect(() => end?.make({})).toThrow('the path must be');
    }
  });
});

test('the options for what a number cannot hold are checked at the declaration', () => {
  for (const name of ['ndjson', 'json']) {
    expect(() => connectors[name]?.read?.make({ path: 'f', bigIntegers: 'round' })).toThrow(
      'the option "bigIntegers" must be "fail", "number", "bigint" or "string", not \'round\'',
    );
    expect(() => connectors[name]?.write?.make({ path: 'f', bigIntegers: 'round' })).toThrow(
      'the option "bigIntegers" must be "fail", "number" or "string", not \'round\'',
    );
  }
});
