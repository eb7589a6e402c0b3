import { describe, expect, test } from '@jest/globals';
import { connectors } from '@millrace/connectors';
import { parse } from 'yaml';
import { brokenFiles } from './check/broken.fixture.js';
import { takes } from './json-schema.fixture.js';
import { jsonSchema } from './json-schema.js';
import { validFiles } from './valid.fixture.js';

const schema = jsonSchema();
const valid = (text: string): boolean => takes(schema, parse(text, { merge: true }), schema);

describe('the schema', () => {
  test.each(validFiles.map((text, index) => [index, text] as const))('takes valid file %i', (_index, text) => {
    expect(valid(text)).toBe(true);
  });

  test.each(
    brokenFiles()
      .filter(({ bySchema }) => bySchema)
      .map(({ what, text }) => [what, text] as const),
  )('refuses %s', (_what, text) => {
    expect(valid(text)).toBe(false);
  });

  test('sees most of what is broken', () => {
    expect(brokenFiles().filter(({ bySchema }) => bySchema).length).toBeGreaterThan(50);
  });

  test('has no oneOf, and is plain data', () => {
    const text = JSON.stringify(schema);
    expect(text).not.toContain('"oneOf"');
    expect(JSON.parse(text)).toEqual(schema);
  });

  test('tells of each option what it is for', () => {
    const text = JSON.stringify(schema);
    for (const { read, write } of Object.values(connectors)) {
      for (const { doc, schema: own } of Object.values({ ...read?.options, ...write?.options })) {
        if (own !== undefined) expect(text).toContain(JSON.stringify(doc).slice(1, -1));
      }
    }
  });
});
