import { resolve } from 'node:path';
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

test('a sink names the file that it replaces, so that no other sink of the flow replaces it too', () => {
  for (const name of [...formats, 'parquet']) {
    const write = connectors[name]?.write;
    expect(write?.make({ path: 'out/x' }).target).toBe(resolve('out/x'));
    expect(write?.make({ path: './out/../out/x' }).target).toBe(resolve('out/x'));
  }
  // Several may write to the standard output.
  expect(connectors.ndjson?.write?.make({ path: '-' }).target).toBeUndefined();
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
