import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigFolder } from '../folder.fixture.js';
import { loadConfig } from '../load-config.js';
import { testConfig } from './test-config.js';

let folder: ConfigFolder;

beforeEach(() => {
  folder = new ConfigFolder();
});

afterEach(() => folder.remove());

const flow = `# Orders.
version: 1
name: p
vars: { least: { type: integer, default: 1 }, url: { env: MILLRACE_TEST_URL, default: "" } }
source: { lines: { path: in.txt } }
stages:
  - cpu: parse
    use: ./tasks.mjs#parseStrictly
    onError: deadLetter
    retry: { attempts: 3, delayMs: 60000 }
  - operators: [{ take: "\${least}" }, { filter: "./tasks.mjs#isPaid" }]
  - io: double   # twice
    use: ./tasks.mjs#double
sink: { ndjson: { path: "out\${url}.ndjson" } }
errors: { deadLetters: { ndjson: { path: dlq.ndjson } }, maxErrors: 1% }
`;

async function results(cases: string, options = {}) {
  const loaded = await loadConfig(folder.write('p.yaml', `${flow}tests:\n${cases}`));
  return testConfig(loaded, options);
}

describe('the cases of a file', () => {
  test('pass when what comes out, dead letters and errors are as they say', async () => {
    const found = await results(`  - name: doubled
    in: ["a,3"]
    out: [{ total: 6, id: a }]
  - name: a bad total is a dead letter
    in: ["b,oops"]
    out: []
    deadLetters: [{ stage: parse, attempts: 3, error: { name: TypeError, message: bad total } }]
  - name: more of them
    vars: { least: 2 }
    in: ["a,3", "b,4", "c,5"]
    mocks: { double: { returns: { x: [1] } } }
    out: [{ x: [1] }, { x: [1] }]
  - name: it breaks
    in: ["a,3"]
    mocks: { double: "./tasks.mjs#broken" }
    error: { stage: double, cause: { name: RangeError, message: never works } }
  - name: it breaks, by its cause
    in: ["a,3"]
    mocks: { double: "./tasks.mjs#broken" }
    error: { message: it never works }
`);
    expect(found.map(({ name, differences }) => [name, differences])).toEqual(found.map(({ name }) => [name, []]));
    expect(found.every(({ passed }) => passed)).toBe(true);
    expect(found[1]!.place).toEqual({ line: 20, column: 11 });
    // No end of the file was opened.
    expect(folder.outputOf('out.ndjson') ?? folder.outputOf('dlq.ndjson')).toBeUndefined();
  });

  test.each([
    ['another item', 'in: ["a,3"], out: [{ id: a, total: 7 }]', 'out[0]: expected'],
    ['an item less', 'in: ["a,3"], out: [{ id: a, total: 6 }, 5]', 'out: 2 expected, and there is 1'],
    ['an item more', 'in: ["a,3"], out: []', 'was not expected'],
    ['a dead letter that nobody expects', 'in: ["a,x"], out: []', 'deadLetters[0]'],
    ['another dead letter', 'in: ["a,x"], deadLetters: [{ stage: double }]', 'deadLetters[0]: expected'],
    ['an error that nobody expects', 'in: ["a,3"], mocks: { double: "./tasks.mjs#broken" }', 'the run failed'],
    ['another error', 'in: ["a,3"], mocks: { double: "./tasks.mjs#broken" }, error: { message: else }', 'error: expected'],
    ['no error', 'in: ["a,3"], error: { message: else }', 'the run did not fail'],
  ])('fail by %s', async (name, body, says) => {
    const [found] = await results(`  - { name: ${name}, ${body} }\n`);
    expect(found).toMatchObject({ name, passed: false });
    expect(found!.differences.join('\n')).toContain(says);
  });

  test('run alone by a part of their name', async () => {
    const found = await results('  - { name: one, in: [] }\n  - { name: another, in: [] }\n', { only: 'noth' });
    expect(found.map(({ name }) => name)).toEqual(['another']);
  });

  test('are put right in the file, whose comments and layout stay', async () => {
    const cases = `  # What must hold.
  - name: doubled   # by two
    in: ["a,3"]
    out: [{ id: a, total: 7 }]   # soon right

  - name: a dead letter
    in:
      - b,oops
    out:
      - nothing
    # the end
  - { name: in one line, in: ["a,3"], out: [] }
  - name: it holds
    in: []
    out:   []
`;
    const changed = await results(cases, { update: true });
    expect(changed.map(({ passed }) => passed)).toEqual([true, true, true, true]);
    expect(folder.read('p.yaml')).toBe(`${flow}tests:
  # What must hold.
  - name: doubled   # by two
    in: ["a,3"]
    out: [ { id: a, total: 6 } ]   # soon right

  - name: a dead letter
    in:
      - b,oops
    out: []
    deadLetters: [ { stage: parse, error: { name: TypeError, message: "bad total in b,oops" } } ]
    # the end
  - { name: in one line, in: ["a,3"], out: [ { id: a, total: 6 } ] }
  - name: it holds
    in: []
    out:   []
`);
    const again = await testConfig(await loadConfig(`${folder.path}/p.yaml`));
    expect(again.map(({ differences }) => differences)).toEqual([[], [], [], []]);
  });

  test('keep the members that hold when others are put right', async () => {
    const cases = (out: string, letters: string) => `  - name: a
    in: ["a,3", "b,oops"]
    vars: { least: 2 }
    out:
      # The good one.
      - { id: a,   total: ${out} } # twice
    deadLetters: [{ stage: ${letters}, error: { message: bad } }]
`;
    await results(cases('6', 'double'), { update: true });
    expect(folder.read('p.yaml')).toContain(cases('6', 'x').split('    deadLetters')[0]);
    await results(cases('7', 'parse'), { update: true });
    expect(folder.read('p.yaml')).toContain('deadLetters: [{ stage: parse, error: { message: bad } }]');
    expect(folder.read('p.yaml')).toContain('out:\n      # The good one.\n      - { id: a, total: 6 }');
  });

  test('hold after an update also of items that are undefined', async () => {
    const cases = '  - { name: a, in: ["a,3"], mocks: { double: "./none.mjs#none" }, out: [1] }\n';
    folder.write('none.mjs', 'export const none = () => undefined;');
    await results(cases, { update: true });
    expect(folder.read('p.yaml')).toContain('out: [ null ]');
    expect(await testConfig(await loadConfig(`${folder.path}/p.yaml`))).toMatchObject([{ passed: true, differences: [] }]);
  });

  test('have their own vars in their items, mocks and expectations', async () => {
    const found = await results(`  - name: two
    vars: { least: 2, url: here }
    in: ["a,3", "b,4", "\${url},5"]
    mocks: { double: { returns: "\${url}" } }
    out: ["\${url}", here]
  - name: the others have those of the file
    in: ["a,3"]
    mocks: { double: { returns: "\${url}" } }
    out: [""]
`);
    expect(found).toMatchObject([{ differences: [] }, { differences: [] }]);
  });

  test.each([
    ['{ least: many }', 'the var "least" must be an integer, not the string "many"', 39],
    ['{ lest: 1 }', 'there is no var "lest" for this case', 32],
  ])('are refused at the place of a var that cannot be: %s', async (vars, message, column) => {
    const error = await results(`  - { name: a, in: [], vars: ${vars} }\n`).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'ERR_CONFIG', problems: [{ line: 17, column, message }] });
  });

  test('say where vars stand that make the file wrong', async () => {
    const error = await results('  - { name: a, in: [], vars: { least: -1 } }\n').catch((cause: unknown) => cause);
    const said = 'by the vars of the test "a", which stand over the file as --set does: the argument of "take" must be';
    expect(error).toMatchObject({
      code: 'ERR_CONFIG',
      problems: [{ line: 17, column: 13, message: expect.stringContaining(said) }],
    });
  });

  describe('of a file with several sources', () => {
    const two = `version: 1
name: two
sources: { a: { lines: { path: in.txt } }, b: { lines: { path: in.txt } } }
stages: []
`;
    const tested = async (items: string) =>
      testConfig(await loadConfig(folder.write('p.yaml', `${two}tests: [{ name: one, in: ${items}, out: [x] }]\n`)));

    test('read no source that they do not name', async () => {
      folder.write('in.txt', 'what is really there\n');
      expect(await tested('{ a: [x] }')).toMatchObject([{ passed: true, differences: [] }]);
    });

    test.each([
      ['{ a: [x], c: [] }', 'there is no source "c" for these items', 'the sources are a, b'],
      ['[x]', '"in" must say for which source its items are, as there are several', 'for example: in: { a: [], b: [] }'],
    ])('are refused at their place for items that no source takes: %s', async (items, message, hint) => {
      const error = await tested(items).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ code: 'ERR_CONFIG', problems: [{ line: 5, message, hint }] });
    });
  });

  test('of a file with one source are refused at their place for items of another', async () => {
    const error = await results('  - { name: a, in: { orders: [] } }\n').catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      problems: [{ message: 'there is no source "orders" for these items', hint: 'the sources are lines' }],
    });
  });

  test('tell no secret', async () => {
    const text = `version: 1
name: p
vars: { key: { env: U, secret: true } }
source: { lines: { path: in.txt } }
stages: [{ operators: [{ endWith: "\${key}" }] }]
tests: [{ name: a, in: [], out: [] }]
`;
    const file = folder.write('p.yaml', text);
    const [found] = await testConfig(await loadConfig(file, { env: { U: 'hunter2' } }));
    expect(found!.differences.join('\n')).toContain('***');
    expect(found!.differences.join('\n')).not.toContain('hunter2');
  });
});

describe('vars without a value, in tests', () => {
  const text = ({ stage = 'operators: [{ take: 5 }]', sink = '', more = '' }) => `version: 1
name: p
vars: { url: { env: MILLRACE_ABSENT, secret: true } }
source: { csv: { path: "\${url}/in.csv" } }
stages:
  - ${stage}
  - tee: copy
    stages: [{ operators: [{ take: 1 }] }]
    sink: { http: { url: "\${url}", headers: { authorization: "Bearer \${url}" }, retry: { attempts: "\${url}" } } }
sink: { postgres: { url: "\${url}", table: totals, write: merge, key: [id] }${sink} }
errors: { deadLetters: { ndjson: { path: "\${url}.ndjson" } } }
tests: [{ name: passes, in: [{ id: 1 }], out: [{ id: 1 }, { id: 1 }]${more} }]
`;
  const load = (parts: Parameters<typeof text>[0], forTests = true) =>
    loadConfig(folder.write('p.yaml', text(parts)), { env: {}, forTests });
  const needed = { problems: [{ rule: 'missing-env', line: 3, message: expect.stringContaining('the var "url" has no value') }] };

  test('need none where options of connectors alone have them', async () => {
    const found = await testConfig(await load({}));
    expect(found).toMatchObject([{ name: 'passes', passed: true, differences: [] }]);
  });

  test('must have one for all else', async () => {
    const [run] = await Promise.allSettled([load({}, false)]);
    expect(run).toMatchObject({ status: 'rejected', reason: needed });
    const elsewhere = [
      { stage: `operators: [{ startWith: "\${url}" }]` },
      { stage: `cpu: "\${url}"\n    use: ./tasks.mjs#double` },
      { stage: `cpu: double\n    use: ./tasks.mjs#double\n    with: { sink: { http: { url: "\${url}" } } }` },
      { sink: `, batch: { items: "\${url}" }` },
      { more: `, vars: { url: "\${url}" }` },
    ];
    for (const parts of elsewhere) await expect(load(parts)).rejects.toMatchObject(needed);
  });

  test('keep their source and sink from being opened otherwise', async () => {
    const { pipeline, params } = await load({});
    await expect(pipeline.run(params)).rejects.toMatchObject({
      name: 'PlanError',
      message: expect.stringContaining('loaded for tests, and a var in its options has no value'),
    });
  });
});
