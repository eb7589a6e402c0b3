import { chmodSync, chownSync, lstatSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../errors.js';
import { ConfigFolder } from '../folder.fixture.js';
import { loadConfig } from '../load-config.js';
import type { LoadOptions } from '../loaded.js';
import { asData } from './differences.js';
import { type Expectation, updateFile } from './update-file.js';

let folder: ConfigFolder;

beforeEach(() => {
  folder = new ConfigFolder();
});

afterEach(() => folder.remove());

const head =
  'version: 1\nname: p\nvars: { n: 7, key: { env: KEY, secret: true, default: "" } }\nsource: { lines: { path: in.txt } }\n';

/** Writes expectations into the cases of a file, by their numbers. */
async function update(name: string, text: string, updates: readonly Expectation[], options: LoadOptions = { env: {} }) {
  const loaded = await loadConfig(folder.write(name, text), options);
  return updateFile(loaded, new Map(updates.map((expectation, index) => [index, { expectation }])));
}

async function rejection(promise: Promise<unknown>): Promise<ConfigError> {
  const error = await promise.then(String, (cause: unknown) => cause);
  expect(error).toBeInstanceOf(ConfigError);
  return error as ConfigError;
}

const signs = fc.string({
  unit: fc.constantFrom(...'ab1 :,#-?|>&*!%@`"\'{}[]$~\\=<\n\r\t\0\u0085\u2028\ufeff\ud800é💥'),
  maxLength: 12,
});
const texts = fc.oneof(
  signs,
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom('${', '$', '$${', '}', 'n', 'a', '{', '\n', ' '), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.constantFrom(
    'null',
    '~',
    'true',
    '1e3',
    '0x10',
    '-0',
    '.nan',
    '---',
    '...',
    '<<',
    '2026-11-26',
    `$\{n}`,
    '- a',
    'a: b',
    'a #b',
  ),
  fc
    .array(fc.constantFrom('a line of a text that is long', '', '  indented', '- x'), { maxLength: 6 })
    .map((lines) => lines.join('\n')),
  fc.constant('long '.repeat(300)),
);
const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(-0, 2 ** 53, 1e21, -(2 ** 70)),
);
const keys = fc.oneof(texts, fc.constantFrom('__proto__', '', '<<', 'constructor', 'k'.repeat(1200)));

function valuesOf(scalars: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalars,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    ),
  }));
  return value;
}

const json = valuesOf(fc.oneof(texts, numbers, fc.boolean(), fc.constant(null)));
const more = valuesOf(
  fc.oneof(texts, numbers, fc.constantFrom(Number.NaN, Infinity, -Infinity, undefined, 10n ** 20n, new Date(0))),
);

const yamlLayouts = {
  block:
    '  - name: a # one\n    in: []\n    out: [x]   # what comes\n    error: { message: x }\n\n  # two\n  - name: b\n    in: [] # none\n# end\n',
  'block with the error first':
    '- error:\n    message: x\n  name: a\n  in: []\n  out:\n    - x\n    # and\n    - y\n- { error: { message: x }, name: b, in: [] }',
  'flow in a line': '  - { error: { message: x }, name: a, in: [], out: [ x ] }\n  - {name: b,error: {message: x},in: []}\n',
  'flow in lines':
    '  - {\n      "name": a, # one\n      out: [ x,\n        y ],\n      error: { message: x }, # two\n      in: [],\n    }\n  - { name: b,\n      in: []\n    }\n',
  'flow as a whole': '  [{ name: a, out: [x], in: [] }, { in: [], name: b }]\n',
  'with a carriage return in each line':
    '  - name: a\r\n    in: []\r\n    out:\r\n      - x\r\n  - name: b\r\n    error: { message: x }\r\n    in: []\r\n',
} as const;

const jsonFile = { version: 1, name: 'p', vars: { n: 7 }, source: { lines: { path: 'in.txt' } } };
const jsonCases = [
  { error: { message: 'x' }, name: 'a', in: [], out: ['x'] },
  { name: 'b', in: [], stages: undefined },
];

describe('what is written into a file', () => {
  const expectations = (value: fc.Arbitrary<unknown>) =>
    fc.tuple(
      fc.record({ out: fc.array(value, { maxLength: 5 }), error: fc.constant(undefined) }),
      fc.record({
        out: fc.array(value, { maxLength: 3 }),
        deadLetters: fc.array(fc.record({ item: value })),
        error: fc.record({ message: texts }),
      }),
    );

  async function expectReadBack(name: string, text: string, updates: readonly Expectation[]): Promise<void> {
    expect(await update(name, text, updates)).toEqual(new Map());
    const { tests } = await loadConfig(join(folder.path, name), { env: {} });
    for (const [index, { out, deadLetters, error }] of updates.entries()) {
      const read = { out: tests[index]!.out, deadLetters: tests[index]!.deadLetters, error: tests[index]!.error };
      // Jest takes what has a member "constructor" for another type.
      const same = isDeepStrictEqual(read, { out: asData(out), deadLetters: asData(deadLetters), error: asData(error) });
      if (!same) expect(read).toEqual({ out, deadLetters, error });
      expect(same).toBe(true);
    }
  }

  test.each(Object.entries(yamlLayouts))(
    'is read back as the same: %s',
    async (_, cases) => {
      const text = `${cases.includes('\r') ? head.replaceAll('\n', '\r\n') : head}tests:\n${cases}`;
      await fc.assert(
        fc.asyncProperty(expectations(more), (updates) => expectReadBack('p.yaml', text, updates)),
        { numRuns: 30 },
      );
      const comments = cases.match(/# (?:one|two|none|end|what comes)$/gm) ?? [];
      for (const comment of comments) expect(folder.read('p.yaml')).toContain(comment);
    },
    120_000,
  );

  test.each([undefined, 2, '\t'])(
    'is read back as the same from JSON, which it still is: indented by %j',
    async (indent) => {
      const text = JSON.stringify({ ...jsonFile, tests: jsonCases }, undefined, indent);
      await fc.assert(
        fc.asyncProperty(expectations(json), async (updates) => {
          await expectReadBack('p.json', text, updates);
          expect(JSON.parse(folder.read('p.json'))).toMatchObject({
            ...jsonFile,
            tests: [
              { name: 'a', in: [] },
              { name: 'b', in: [] },
            ],
          });
        }),
        { numRuns: 30 },
      );
    },
    120_000,
  );
});

describe('an update', () => {
  test.each([
    ['in a line', '  - { error: { message: x }, name: a, in: [] }\n', '  - { name: a, in: [], out: [ "" ] }\n'],
    ['between others', '  - {name: a, error: {message: x}, in: []}\n', '  - {name: a, in: [], out: [ "" ]}\n'],
    ['at the end', '  - { name: a, in: [], error: { message: x } }', '  - { name: a, in: [], out: [ "" ] }'],
    ['before a comment', '  - { error: x # why\n    , name: a, in: [] }\n', '  - { name: a, in: [], out: [ "" ] }\n'],
    ['behind a "- "', '  - error: { message: x }\n    name: a\n    in: []\n', '  - name: a\n    in: []\n    out: [ "" ]\n'],
    ['in lines', '  - name: a\n    in: []\n    error:\n      message: x\n', '  - name: a\n    in: []\n    out: [ "" ]\n'],
    ['as the last line', '  - name: a\n    in: []\n    error: { message: x }', '  - name: a\n    in: []\n    out: [ "" ]'],
  ])('takes an error out that is no more: %s', async (_, before, after) => {
    const shaped = before.replace('error: x', 'error: { message: x }');
    await update('p.yaml', `${head}tests:\n${shaped}`, [{ out: [''], error: undefined }]);
    expect(folder.read('p.yaml')).toBe(`${head}tests:\n${after}`);
  });

  test('writes long texts of several lines, and long lists a line for each item', async () => {
    const long = 'the first line of a text that is as long as texts are';
    await update('p.yaml', `${head}tests:\n  - name: a\n    in: []\n    out: [x] # all\n`, [
      { out: [`${long}\nsecond`, { at: `${long}: \${n}` }, long] },
    ]);
    expect(folder.read('p.yaml')).toBe(
      `${head}tests:\n  - name: a\n    in: []\n    out:\n      - "${long}\\nsecond"\n      - { at: "${long}: $\${n}" }\n      - ${long} # all\n`,
    );
  });

  test.each([
    [
      'a list',
      '    out: # all\n      # the first\n      - x\n      - y\n',
      '    out: # all\n      # the first\n      - 1\n      - { a: 2 }\n',
    ],
    ['a list in brackets', '    out: # all\n      [ x,\n        y ]\n', '    out: # all\n      [ 1, { a: 2 } ]\n'],
  ])('keeps what is said above %s', async (_, before, after) => {
    const start = `${head}tests:\n  - name: a\n    in: []\n`;
    await update('p.yaml', start + before, [{ out: [1, { a: 2 }] }]);
    expect(folder.read('p.yaml')).toBe(start + after);
  });

  test('keeps JSON as it is laid out', async () => {
    const cases = [{ name: 'a', in: [], out: ['x'], deadLetters: [] }];
    const long = 'k'.repeat(120);
    const text = JSON.stringify({ ...jsonFile, tests: cases }, undefined, 2);
    await update('p.json', text, [{ out: [{ id: 1 }, long], error: { message: 'x' } }]);
    const after = text.replace(/\[\s*"x"\s*\]/, `[\n        { "id": 1 },\n        "${long}"\n      ]`);
    expect(folder.read('p.json')).toBe(
      after.replace('"deadLetters": []', '"deadLetters": [],\n      "error": { "message": "x" }'),
    );
  });

  test('replaces the file as a whole: its mode stays, a link is followed, and nothing is left beside it', async () => {
    const text = `${head}tests: [{ name: a, in: [] }]\n`;
    chmodSync(folder.write('real.yaml', text), 0o640);
    symlinkSync('real.yaml', join(folder.path, 'p.yaml'));
    const before = readdirSync(folder.path).sort();
    await update('p.yaml', text, [{ out: [1] }]);
    expect(folder.read('real.yaml')).toContain('out: [ 1 ]');
    expect(statSync(join(folder.path, 'real.yaml')).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(folder.path, 'p.yaml')).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder.path).sort()).toEqual(before);
  });

  // Nobody else may give a file away.
  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('by root leaves the file to its owner', async () => {
    const text = `${head}tests: [{ name: a, in: [] }]\n`;
    chownSync(folder.write('p.yaml', text), 12_345, 12_346);
    const loaded = await loadConfig(join(folder.path, 'p.yaml'), { env: {} });
    await updateFile(loaded, new Map([[0, { expectation: { out: [1] } }]]));
    expect(statSync(join(folder.path, 'p.yaml'))).toMatchObject({ uid: 12_345, gid: 12_346 });
  });

  test.each([
    [
      'an anchor in it is used elsewhere',
      '  - { name: a, in: [], out: &o [x] }\n  - { name: b, in: [], out: *o }\n',
      {},
      'test "a"',
    ],
    ['another case is made of it', '  - &a { name: a, in: [], out: [x] }\n  - { <<: *a, name: b }\n', {}, 'test "a"'],
    [
      'what is to go comes from a merge',
      '  - { name: a, in: [] }\n  - { name: b, in: [], <<: { error: { message: x } } }\n',
      { out: ['z'], error: undefined },
      'test "b"',
    ],
  ])('writes nothing where the file would be read as another one: %s', async (_, cases, second, told) => {
    const text = `${head}tests:\n${cases}`;
    const error = await rejection(update('p.yaml', text, [{ out: ['y'] }, second]));
    expect(error.problems).toMatchObject([{ rule: 'not-updated', message: expect.stringContaining('nothing was written') }]);
    expect(error.problems[0]!.message).toContain(told);
    expect(folder.read('p.yaml')).toBe(text);
  });

  test('leaves a file alone that has changed meanwhile', async () => {
    const loaded = await loadConfig(folder.write('p.yaml', `${head}tests: [{ name: a, in: [] }]\n`), { env: {} });
    const text = `${head}tests: [{ name: other, in: [] }, { name: a, in: [] }]\n`;
    folder.write('p.yaml', text);
    const refused = await updateFile(loaded, new Map([[0, { expectation: { out: [1] } }]]));
    expect(refused).toEqual(new Map([[0, expect.stringContaining('run the tests again')]]));
    expect(folder.read('p.yaml')).toBe(text);
  });
});
