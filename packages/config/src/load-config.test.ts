import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FileError } from '@millrace/connectors';
import { checkConfig } from './check/check-config.js';
import { ConfigError } from './errors.js';
import { ConfigFolder } from './folder.fixture.js';
import { loadConfig } from './load-config.js';
import type { LoadedConfig } from './loaded.js';
import { formatProblem } from './problem.js';

let folder: ConfigFolder;

beforeEach(() => {
  folder = new ConfigFolder();
});

afterEach(() => folder.remove());

const head = 'version: 1\nname: p\n';
const lines = `${head}source: { lines: { path: in.txt } }\n`;

/** Runs on this thread and gives what comes out. */
async function outputs({ pipeline, params }: LoadedConfig): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of pipeline.iterate(params, { workers: 0 })) items.push(item);
  return items;
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect('it resolved').toBe('it rejected'),
    (error: unknown) => error,
  );
}

const originOf = ({ values }: LoadedConfig, path: string) => values.find((value) => value.path === path);

describe('a file', () => {
  test('is found from anywhere: its paths and modules are those of its folder', async () => {
    const file = folder.write('p.yaml', `${lines}stages: [{ io: parse, use: "./tasks.mjs#parse" }]\n`);
    const first = await outputs(await loadConfig(file));
    expect(first[2]).toEqual({ id: 'c', total: 250 });
  });

  test('may be JSON', async () => {
    const json = { version: 1, name: 'p', source: { lines: { path: 'in.txt' } }, stages: [{ operators: [{ take: 1 }] }] };
    expect(await outputs(await loadConfig(folder.write('p.json', JSON.stringify(json, undefined, '\t'))))).toEqual(['a,1']);
  });

  test.each([
    ['a "---" before it', `---\n${lines}`],
    ['a "---" and nothing behind it', `${lines}---\n`],
    ['a "---" and comments behind it', `${lines}--- # the end\n# of it\n`],
    ['an empty document before it', `# orders\n---\n# of today\n---\n${lines}`],
    ['an end mark and comments behind it', `${lines}...\n# the end\n`],
  ])('may have %s: there is one pipeline in it', async (_, text) => {
    const { problems, loaded } = await checkConfig(folder.write('p.yaml', text));
    expect(problems).toEqual([]);
    expect(loaded?.name).toBe('p');
  });

  test('holds one pipeline: of a second document the place is told, and not what else is wrong in it', async () => {
    const text = `${lines}---\n${lines}nonsense: [\n---\nmore: 1\n`;
    const { problems, loaded } = await checkConfig(folder.write('p.yaml', text));
    expect(problems).toMatchObject([{ rule: 'two-documents', line: 4, column: 1, length: 3, severity: 'error' }]);
    expect(loaded).toBeUndefined();
  });

  test('may read and write the standard streams, and globs of its folder', async () => {
    const text = `${head}sources: { a: { lines: { path: "-" } }, b: { csv: { path: [one.csv, "in/*.csv"] } } }\nsink: { ndjson: { path: "-" } }\n`;
    const { params } = await loadConfig(folder.write('p.yaml', text));
    expect(params).toMatchObject({
      sources: [{ options: { path: '-' } }, { options: { path: [`${folder.path}/one.csv`, `${folder.path}/in/*.csv`] } }],
      sink: { options: { path: '-' } },
    });
  });

  test('may be loaded again, with other values, and each stays as it is', async () => {
    const file = folder.write('p.yaml', `${lines}stages: [{ operators: [{ take: 1 }] }]\n`);
    const one = await loadConfig(file);
    const two = await loadConfig(file, { set: { 'stages.0.operators.0.take': '2' } });
    expect(await outputs(two)).toEqual(['a,1', 'b,0']);
    expect(await outputs(one)).toEqual(['a,1']);
    expect(one.pipeline).toBe(two.pipeline);
  });

  test('may use anchors, aliases and merges', async () => {
    const text = `${lines}stages:\n  - io: one\n    <<: &o { use: ./tasks.mjs#text, concurrency: 3 }\n  - { io: two, <<: *o, concurrency: 5 }\n`;
    const { params } = await loadConfig(folder.write('p.yaml', text));
    expect(params.stages).toMatchObject([
      { name: 'one', options: { concurrency: 3 } },
      { name: 'two', options: { concurrency: 5 } },
    ]);
  });

  test('may have a key "<<" in quotes, which merges nothing', async () => {
    const tests = `tests:\n  - { name: a, in: [{ "<<": { a: 1 } }, { '<<': 2 }, { <<: { a: 1 } }] }\n`;
    const loaded = await loadConfig(folder.write('p.yaml', `${lines}${tests}`));
    expect(loaded.tests[0]!.in).toEqual([{ '<<': { a: 1 } }, { '<<': 2 }, { a: 1 }]);
  });

  test('cannot stand for billions of values by aliases', async () => {
    const levels = Array.from({ length: 12 }, (_, n) => `  - &a${n + 1} [${Array(9).fill(`*a${n}`).join(', ')}]`);
    const { problems } = await checkConfig(folder.write('p.yaml', `${lines}tests:\n  - &a0 [x]\n${levels.join('\n')}\n`));
    expect(problems).toMatchObject([{ rule: 'syntax', message: expect.stringContaining('more than 100000 values') }]);
  });

  test.each(['[', '{ a: ', '- '])('nested too deeply by "%s" is a problem, and no crash', async (opening) => {
    const { problems } = await checkConfig(folder.write('p.yaml', `${lines}tests: ${opening.repeat(20_000)}`));
    expect(problems.length).toBeGreaterThan(0);
  });

  test('that cannot be read is a FileError that names it', async () => {
    const error = await rejection(loadConfig(`${folder.path}/none.yaml`));
    expect(error).toBeInstanceOf(FileError);
    expect((error as Error).message).toContain('none.yaml');
  });

  test('with errors is a ConfigError that tells all of them, as a compiler does', async () => {
    const file = folder.write('p.yaml', `${lines}stagess: []\nrun: { workers: "4" }\n`);
    const error = await rejection(loadConfig(file));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).message.split('\n')).toEqual([
      `${file}:4:1: error: there is no "stagess" in a pipeline file`,
      '    4 | stagess: []',
      '      | ^^^^^^^',
      expect.stringContaining('did you mean "stages"?'),
      '',
      `${file}:5:17: error: "workers" must be an integer ≥ 0, not the string "4"`,
      '    5 | run: { workers: "4" }',
      '      |                 ^^^',
      '  write 4 without quotes',
    ]);
  });

  test.each(['checkpoint: a', 'run: { checkpoint: a }', 'errors: { checkpoint: a }', 'stages: [{ io: a, checkpoint: a }]'])(
    'with a checkpoint (%s) says that there is none yet',
    async (line) => {
      const { problems } = await checkConfig(folder.write('p.yaml', `${lines}${line}\n`));
      expect(problems.map(({ message }) => message)).toContain('"checkpoint" is not available in this version');
    },
  );

  test('gives options of the run as they stand there', async () => {
    const { runOptions } = await loadConfig(
      folder.write('p.yaml', `${lines}run: { workers: 0, isolation: process, graceMs: 5 }\n`),
    );
    expect(runOptions).toEqual({ workers: 0, isolation: 'process', graceMs: 5 });
  });

  test('may use sources and sinks of its own, made with what it says', async () => {
    const text = `${head}source: { use: ./tasks.mjs#numbers, with: { to: 4 } }\nsink: { use: ./tasks.mjs#nothing }\n`;
    const { pipeline, params, stageNames } = await loadConfig(folder.write('p.yaml', text));
    expect(stageNames).toEqual(['numbers', 'nothing']);
    expect((await pipeline.run(params)).delivered).toBe(4);
  });

  test('may use tasks that are made with what it says', async () => {
    const text = `${lines}vars: { by: 3 }
stages:
  - { io: parse, use: "./tasks.mjs#parse" }
  - { io: times, use: "./tasks.mjs#times", with: { by: "\${by}" } }
  - operators: [{ take: 1 }]
`;
    expect(await outputs(await loadConfig(folder.write('p.yaml', text)))).toEqual([{ id: 'a', total: 3 }]);
  });

  test('may use a schema as a task, and functions among the options of its sink', async () => {
    const text = `${lines}stages: [{ io: checked, use: "./tasks.mjs#schema" }]
sink: { use: ./tasks.mjs#failingOnce, retry: { attempts: 2, delayMs: 0, when: ./tasks.mjs#always } }
`;
    const { pipeline, params } = await loadConfig(folder.write('p.yaml', text));
    expect((await pipeline.run(params, { workers: 0 })).delivered).toBe(3);
  });

  test('may use packages that are installed beside it, such as can only be imported', async () => {
    mkdirSync(join(folder.path, 'node_modules', 'only-esm', 'lib'), { recursive: true });
    const manifest = { name: 'only-esm', type: 'module', exports: { '.': { import: './lib/main.js' } } };
    folder.write('node_modules/only-esm/package.json', JSON.stringify(manifest));
    folder.write('node_modules/only-esm/lib/main.js', 'export const shout = (line) => line.toUpperCase();');
    const text = `${lines}stages: [{ io: shout, use: "only-esm#shout" }, { operators: [{ take: 1 }] }]\n`;
    expect(await outputs(await loadConfig(folder.write('p.yaml', text)))).toEqual(['A,1']);
  });

  test('may use what a CommonJS module exports by surprise', async () => {
    folder.write('tasks.cjs', 'const all = {}; all.shout = (line) => line.toUpperCase(); module.exports = all;');
    const text = `${lines}stages: [{ io: shout, use: "./tasks.cjs#shout" }, { operators: [{ take: 1 }] }]\n`;
    expect(await outputs(await loadConfig(folder.write('p.yaml', text)))).toEqual(['A,1']);
  });

  test('with a limit reads no more than that, of all sources together', async () => {
    const text = `${head}sources: { a: { lines: { path: in.txt } }, b: { use: "./tasks.mjs#numbers" } }\n`;
    const loaded = await loadConfig(folder.write('p.yaml', text), { limit: 4 });
    const report = await loaded.pipeline.run(loaded.params);
    expect(report).toMatchObject({ outcome: 'completed', read: 4 });
    expect(report.stages.filter(({ kind }) => kind === 'source').map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('parts its items by patterns: values, alternatives, members, functions', async () => {
    const text = `${lines}stages:
  - io: parse
    use: ./tasks.mjs#parse
  - route:
      - { case: ab, when: { id: [a, b], total: 1 }, stages: [{ operators: [{ map: "./tasks.mjs#text" }] }] }
      - { case: great, when: "./tasks.mjs#isGreat" }
      - { otherwise: rest, sink: { use: "./tasks.mjs#nothing" } }
`;
    const loaded = await loadConfig(folder.write('p.yaml', text));
    const report = await loaded.pipeline.run(loaded.params, { workers: 0 });
    expect(report.delivered).toBe(3);
    expect(report.stages.find(({ name }) => name === 'nothing')).toMatchObject({ in: 1 });
  });
});

describe('vars', () => {
  const vars = `vars:
  n: { type: integer, env: N, default: 1 }
  word: { env: WORD, default: a }
  loud: { type: boolean, default: false }
  key: { env: KEY, secret: true, default: "" }
`;
  const using = `${lines}${vars}stages:
  - operators: [{ take: "\${n}" }, { startWith: "\${word}-\${n}-\${loud}" }, { endWith: "$\${word} \${key}" }]
`;

  test('keep their type as the whole of a scalar, and are text within one; "$${" is itself', async () => {
    expect(await outputs(await loadConfig(folder.write('p.yaml', using), { env: {} }))).toEqual([
      'a-1-false',
      'a,1',
      `$\{word} `,
    ]);
  });

  test('come from the environment over the default, and from outside over both', async () => {
    const file = folder.write('p.yaml', using);
    const loaded = await loadConfig(file, { env: { N: '2', WORD: '02' }, set: { 'vars.loud': 'true', 'vars.word': 'x: y' } });
    expect((await outputs(loaded))[0]).toBe('x: y-2-true');
    expect(originOf(loaded, 'stages.0.operators.0.take')).toEqual({
      path: 'stages.0.operators.0.take',
      value: 2,
      origin: 'env N',
    });
  });

  test('that are secret are shown nowhere', async () => {
    const secret = 'hunter2hunter2';
    const loaded = await loadConfig(folder.write('p.yaml', using), { env: { KEY: secret } });
    expect(loaded.secrets).toContain(secret);
    expect(JSON.stringify(loaded.values)).not.toContain(secret);
    expect(JSON.stringify(loaded.params)).toContain(secret);

    const wrong = `${lines}vars: { key: { env: KEY, secret: true } }\nsink: { "\${key}": 1, csv: { path: "\${key}", delimiter: "\${key}", quote: 7 } }\nrun: { workers: "\${key}" }\n`;
    const error = await rejection(loadConfig(folder.write('w.yaml', wrong), { env: { KEY: secret } }));
    expect((error as ConfigError).problems.length).toBeGreaterThanOrEqual(3);
    expect((error as ConfigError).message).not.toContain(secret);
  });

  test('that are secret and stand in the file are masked, without moving anything', async () => {
    const text = `${lines}vars: { key: { secret: true, default: hunter2 } }\nstages: [{ operators: [{ endWith: "\${key}" }] }]\n`;
    const checked = await checkConfig(folder.write('p.yaml', text));
    expect(checked.text).toBe(text.replace('hunter2', '*******'));
    expect(checked.problems).toMatchObject([{ rule: 'secret-default', severity: 'warning' }]);
  });

  test('that are secret and empty make no secret of the text around them', async () => {
    const loaded = await loadConfig(folder.write('p.yaml', using), { env: { KEY: '' } });
    expect(loaded.secrets).toEqual([]);
    expect(originOf(loaded, 'stages.0.operators.2.endWith')?.value).toBe(`$\{word} `);
  });

  test('options of connectors that are secret are shown nowhere, single headers too', async () => {
    const text = `${head}source: { http: { url: "http://127.0.0.1:9/", headers: { authorization: Bearer hunter2 } } }\nrun: { workers: Bearer hunter2 }\n`;
    const { problems } = await checkConfig(folder.write('p.yaml', text));
    expect(problems).toMatchObject([{ rule: 'wrong-value', message: expect.stringContaining('***') }]);
    const loaded = await loadConfig(folder.write('p.yaml', text.replace('run: { workers: Bearer hunter2 }', '')));
    expect(JSON.stringify(loaded.values)).not.toContain('hunter2');
    expect(loaded.secrets).toEqual(['Bearer hunter2']);
  });

  test('that are secret and missing are told by their name', async () => {
    const text = `${lines}vars: { key: { env: NO_SUCH_KEY, secret: true } }\nstages: [{ operators: [{ endWith: "\${key}" }] }]\n`;
    const { problems } = await checkConfig(folder.write('p.yaml', text), { env: {} });
    expect(problems).toMatchObject([{ rule: 'missing-env', message: expect.stringContaining('the var "key" has no value') }]);
  });

  test('credentials in URLs, queries and secret options that stand in the file are shown nowhere, and the rest is', async () => {
    const options =
      'headers: { authorization: Bearer hunter2 }, query: { since: today, api_key: hunter3hunter3 }, format: ndjson, timeoutMs: 0';
    const url = `http://127.0.0.1:9/${'a'.repeat(20)}?page=17&token=${'hunter4'.repeat(9)}`;
    const text = `${head}source: { http: { url: "${url}", ${options} } }\n`;
    const checked = await checkConfig(folder.write('p.yaml', text));
    expect(checked.problems).toMatchObject([{ rule: 'wrong-value', message: expect.stringContaining('"timeoutMs"') }]);
    expect(checked.text).not.toContain('hunter');
    expect(checked.text).toHaveLength(text.length);
    for (const told of ['since: today', 'page=17', 'authorization: ****']) expect(checked.text).toContain(told);
    const { values } = await loadConfig(folder.write('p.yaml', text.replace(', timeoutMs: 0', '')));
    expect(JSON.stringify(values)).not.toContain('hunter');
    expect(values.find(({ path }) => path === 'source.http.url')?.value).toBe(url.replace(/hunter.*/, '***'));
    expect(values.find(({ path }) => path === 'source.http.query.since')?.value).toBe('today');
  });

  test('secret options are not in the plan, however short they are, and be they numbers', async () => {
    const options = 'headers: { x-key: abc }, query: { api_key: 12, page: 12 }';
    const { values } = await loadConfig(folder.write('p.yaml', `${head}source: { http: { url: "http://h/", ${options} } }\n`));
    const told = Object.fromEntries(values.map(({ path, value }) => [path.split('.').slice(2).join('.'), value]));
    expect(told).toMatchObject({ 'headers.x-key': '***', 'query.api_key': '***', 'query.page': 12 });
  });

  test.each([
    ['before the cut', `http://user:hunter2@127.0.0.1/${'a'.repeat(80)}`],
    ['at the cut', `http://127.0.0.1@${'a'.repeat(28)}/?api_key=hunter2hunter2`],
  ])('a URL that is refused is told without its credentials, also %s', async (_, url) => {
    const { problems, text } = await checkConfig(folder.write('p.yaml', `${head}source: { http: { url: "${url}" } }\n`));
    expect(problems).toMatchObject([{ rule: 'wrong-value' }]);
    expect(formatProblem(problems[0]!, text)).not.toMatch(/hunt/);
  });

  test('that nothing uses are a warning', async () => {
    const { problems, loaded } = await checkConfig(folder.write('p.yaml', `${lines}vars: { day: "1" }\n`));
    expect(problems).toMatchObject([{ rule: 'unused-var', severity: 'warning', line: 4, column: 9, length: 3 }]);
    expect(loaded).toBeDefined();
  });
});

describe('values from outside', () => {
  const text = `${lines}stages:\n  - io: parse\n    use: ./tasks.mjs#parse\n  - route: [{ case: a.b, when: { id: a }, stages: [{ io: in a case, use: "./tasks.mjs#text" }] }]\n`;

  test('stand over those of the file, a stage by its name, in a case too', async () => {
    const set = {
      'stages.parse.concurrency': '7',
      'run.workers': '0',
      'stages.a.b.stages.in a case.window': '99',
      sink: '{ use: "./tasks.mjs#nothing" }',
    };
    const loaded = await loadConfig(folder.write('p.yaml', text), { set });
    expect(loaded.params.stages).toMatchObject([
      { options: { concurrency: 7 } },
      { cases: [{ stages: [{ options: { window: 99 } }] }] },
    ]);
    expect(loaded.runOptions).toEqual({ workers: 0 });
    expect(loaded.stageNames.at(-1)).toBe('nothing');
    expect(originOf(loaded, 'stages.parse.concurrency')).toMatchObject({ value: 7, origin: '--set' });
  });

  test.each(['|', '>', '#', '\t', '-'])('may be a sign that YAML would take for something else: %j', async (delimiter) => {
    const csv = `${head}source: { csv: { path: in.txt } }\nsink: { ndjson: { path: "-" } }\n`;
    const set = { 'source.csv.delimiter': delimiter, 'sink.ndjson.path': 'out #1.ndjson' };
    const { params } = await loadConfig(folder.write('p.yaml', csv), { set });
    expect(params).toMatchObject({
      sources: [{ options: { delimiter } }],
      sink: { options: { path: `${folder.path}/out #1.ndjson` } },
    });
  });

  test.each([
    ['stages.prse.workers', '1', 'bad-set', 'did you mean "parse"?'],
    ['vars.x', '1', 'bad-set', ''],
    ['name.x', '1', 'bad-set', ''],
    ['stages.parse.concurrency', 'many', 'wrong-value', ''],
    ['stages.parse.concurency', '2', 'unknown-option', 'did you mean "concurrency"?'],
  ])('that have no place or are wrong are told: %s=%s', async (path, value, rule, hint) => {
    const { problems } = await checkConfig(folder.write('p.yaml', text), { set: { [path]: value } });
    expect(problems).toMatchObject([{ rule, severity: 'error' }]);
    expect(problems[0]!.hint ?? '').toContain(hint);
  });
});

test('options that do nothing are a warning', async () => {
  const { problems } = await checkConfig(
    folder.write('p.yaml', `${lines}errors: { maxErrors: 3, deadLetters: { ndjson: { path: d } } }\n`),
  );
  expect(problems.map(({ rule, severity, message }) => [rule, severity, message])).toEqual([
    ['idle-option', 'warning', expect.stringContaining('the first error ends the run')],
    ['idle-option', 'warning', expect.stringContaining('no stage writes dead letters')],
  ]);
});
