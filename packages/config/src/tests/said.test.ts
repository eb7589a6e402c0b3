import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigFolder } from '../folder.fixture.js';
import { loadConfig } from '../load-config.js';
import { testConfig } from './test-config.js';
import { type Expectation, updateFile } from './update-file.js';

const secret = 'hunter2';

const using = `version: 1
name: p
vars: { n: 7, key: { env: KEY, secret: true, default: "" } }
source: { lines: { path: in.txt } }
stages: [{ operators: [{ take: "\${n}" }, { endWith: "\${key}" }] }]
`;

let folder: ConfigFolder;

beforeEach(() => {
  folder = new ConfigFolder();
});

afterEach(() => folder.remove());

/** Writes expectations into the cases of a file, by their numbers. */
async function update(text: string, updates: readonly Expectation[], key = secret) {
  const loaded = await loadConfig(folder.write('p.yaml', text), { env: { KEY: key } });
  return updateFile(loaded, new Map(updates.map((expectation, index) => [index, { expectation }])));
}

describe('a secret', () => {
  async function tested(cases: string, key = secret) {
    const options = { env: { KEY: key } };
    const results = await testConfig(await loadConfig(folder.write('p.yaml', `${using}tests:\n${cases}`), options), {
      update: true,
    });
    const again = await testConfig(await loadConfig(join(folder.path, 'p.yaml'), options));
    return { results, again, text: folder.read('p.yaml').slice(using.length) };
  }

  test('that comes out stands in the file by its name, and the test holds with any other', async () => {
    const { results, again, text } = await tested('  - { name: a, in: [x], out: [] }\n');
    expect(text).toBe(`tests:\n  - { name: a, in: [x], out: [ x, "$\{key}" ] }\n`);
    expect([...results, ...again].map(({ passed }) => passed)).toEqual([true, true]);
    const other = await testConfig(await loadConfig(join(folder.path, 'p.yaml'), { env: { KEY: 'other' } }));
    expect(other.map(({ passed }) => passed)).toEqual([true]);
  });

  test.each([
    [`a${secret}b\${n}${secret}`, `"a$\{key}b$$\{n}$\{key}"`],
    [{ x: [secret] }, `{ x: [ "$\{key}" ] }`],
  ])('may be a part of what comes out: %j', async (value, said) => {
    const text = `${using}tests: [{ name: a, in: [] }]\n`;
    const refused = await update(text, [{ out: [value] }]);
    expect(refused).toEqual(new Map());
    expect(folder.read('p.yaml')).not.toContain(secret);
    expect(folder.read('p.yaml')).toContain(said);
  });

  test.each([
    ['in a key', { [`a ${secret}`]: 1 }, secret, 'a key holds the secret "key"'],
    ['behind a "$"', `cost $${secret}`, secret, 'a "$" stands before the secret "key"'],
    ['as a number', [1234], '1234', 'as a value of another type'],
  ])('that no var can stand for keeps its case as it was, with a way to mend it: %s', async (_, value, key, told) => {
    const text = `${using}tests: [{ name: a, in: [] }, { name: b, in: [] }]\n`;
    const refused = await update(text, [{ out: [value] }, { out: [] }], key);
    expect(refused).toEqual(new Map([[0, expect.stringMatching(/give the test a value of its own, by "vars: \{ key: … \}"$/)]]));
    expect(refused.get(0)).toContain(told);
    expect(folder.read('p.yaml')).toBe(text.replace('name: b, in: []', 'name: b, in: [], out: []'));
  });

  test('that no var can stand for fails its test, and the others are written', async () => {
    folder.write('keys.mjs', 'export const keyed = (text) => ({ [text]: 1 });');
    const text = using.replace('] }]', ', { map: "./keys.mjs#keyed" }] }]');
    const file = folder.write(
      'p.yaml',
      `${text}tests: [{ name: a, in: [x], out: [] }, { name: b, in: [x], vars: { key: k }, out: [] }]\n`,
    );
    const results = await testConfig(await loadConfig(file, { env: { KEY: secret } }), { update: true });
    expect(results.map(({ passed }) => passed)).toEqual([false, true]);
    expect(results[0]!.differences.at(-1)).toMatch(
      /^what came out was not written into the file: a key holds the secret "key": /,
    );
    expect(folder.read('p.yaml')).not.toContain(secret);
    expect(folder.read('p.yaml')).toContain('vars: { key: k }, out: [ { x: 1 }, { k: 1 } ]');
  });

  test('for which the case has a value of its own is not written by its name, which means that value there', async () => {
    const own = '  - { name: a, in: [x], vars: { key: k }, out: [] }\n';
    const plain = await tested(own);
    expect(plain.text).toContain('out: [ x, k ]');
    expect([...plain.results, ...plain.again].map(({ passed }) => passed)).toEqual([true, true]);
    // The value of the file comes out by chance.
    const { results, text } = await tested(own.replace('[x]', '[hunter]'), 'hunt');
    expect(results.map(({ passed }) => passed)).toEqual([false]);
    expect(text).toContain('out: []');
  });

  test('that is empty hides nothing', async () => {
    const { again, text } = await tested('  - { name: a, in: [x], out: [] }\n', '');
    expect(text).toContain('out: [ x, "" ]');
    expect(again.map(({ passed }) => passed)).toEqual([true]);
  });
});
