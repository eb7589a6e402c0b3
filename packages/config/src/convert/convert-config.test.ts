import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { explain, type Pipeline } from '@millrace/core';
import { importModule } from '@millrace/workers';
import { transform } from 'esbuild';
import { ConfigError } from '../errors.js';
import { ConfigFolder } from '../folder.fixture.js';
import { loadConfig } from '../load-config.js';
import { files } from '../same.fixture.js';
import { convertConfig } from './convert-config.js';

describe('a file as a module', () => {
  let folder: ConfigFolder;
  let converted: ConfigFolder;

  beforeEach(() => {
    [folder, converted] = [new ConfigFolder(), new ConfigFolder()];
    symlinkSync(fileURLToPath(new URL('../../../../node_modules', import.meta.url)), join(converted.path, 'node_modules'));
    for (const each of [folder, converted]) {
      each.write('in.txt', 'a,1\nb,0\nc,250\nd,7\n');
      each.write('more.txt', 'e,1000\nf,3\n');
      each.write('in.csv', 'id,total\na,1\nb,2\na,3\nc,4\nb,5\na,6\nc,7\n');
    }
  });

  afterEach(() => {
    folder.remove();
    converted.remove();
  });

  async function moduleOf(text: string): Promise<Readonly<Record<string, unknown>>> {
    const { code } = await transform(text, { loader: 'ts', format: 'esm', target: 'es2022' });
    return importModule(pathToFileURL(converted.write('converted.mjs', code)).href);
  }

  test.each(['straight', 'chains', 'branches'] as const)(
    '%s plans and writes the same, by workers',
    async (name) => {
      const file = folder.write('p.yaml', `version: 1\nname: ${name}\n${files[name]}`);
      const { pipeline, params } = await loadConfig(file);
      const exports = await moduleOf(await convertConfig(file));
      const byCode = exports[name] as Pipeline<undefined>;

      expect(explain(byCode.plan())).toBe(explain(pipeline.plan(params)));
      const report = await byCode.run();
      expect(report.delivered).toBe((await pipeline.run(params, { workers: 0 })).delivered);
      expect(report.delivered).toBeGreaterThan(0);
      for (const output of ['out.ndjson', 'out.txt', 'audit.txt', 'great.ndjson']) {
        expect(converted.outputOf(output)?.split('\n').sort()).toEqual(folder.outputOf(output)?.split('\n').sort());
      }
    },
    120_000,
  );

  test('several sources have one policy and one place for dead letters', async () => {
    folder.write('length.js', 'export const short = (text) => { if (text.length > 3) throw new Error("long"); return text; };');
    converted.write(
      'length.js',
      'export const short = (text) => { if (text.length > 3) throw new Error("long"); return text; };',
    );
    const file = folder.write(
      'p.yaml',
      `version: 1
name: both
sources: { one: { lines: { path: in.txt } }, two: { lines: { path: more.txt } } }
stages: [{ io: short, use: "./length.js#short", onError: deadLetter }]
sink: { lines: { path: out.txt } }
errors: { deadLetters: { ndjson: { path: dlq.ndjson } }, maxErrors: 90% }
`,
    );
    const { pipeline, params } = await loadConfig(file);
    const byCode = (await moduleOf(await convertConfig(file))).both as Pipeline<undefined>;
    expect(explain(byCode.plan())).toBe(explain(pipeline.plan(params)));
    const { read, delivered, deadLetters } = await byCode.run();
    expect([read, delivered, deadLetters?.written]).toEqual([6, 4, 2]);
  });

  test.each(['flag', 'numeric', 'needed', 'vars', 'here', 'run-options'])(
    'of the name %s declares nothing twice',
    async (name) => {
      const file = folder.write(
        'p.yaml',
        `version: 1
name: ${name}
vars:
  loud: { env: MILLRACE_LOUD, default: false }
  n: { type: integer, env: MILLRACE_N, default: 2 }
  key: { env: MILLRACE_KEY }
source: { lines: { path: in.txt } }
run: { workers: 0 }
stages: [{ operators: [{ endWith: ["\${loud}", "\${n}", "\${key}"] }] }]
`,
      );
      process.env.MILLRACE_KEY = 'k';
      try {
        const { pipeline, params } = await loadConfig(file);
        const { runOptions, ...declared } = await moduleOf(await convertConfig(file));
        const [byCode] = Object.values(declared) as [typeof pipeline];
        expect(await all(byCode, params)).toEqual(await all(pipeline, params));
        expect(runOptions).toEqual({ workers: 0 });
      } finally {
        delete process.env.MILLRACE_KEY;
      }
    },
  );

  test('keeps vars, paths, names that meet, options of the run, and tells no secret', async () => {
    const file = folder.write(
      'p.yaml',
      `version: 1
name: of-all things
vars:
  day: { env: MILLRACE_DAY, default: "7'\`\\n" }
  n: { type: integer, env: MILLRACE_N, default: 2 }
  loud: true
  key: { env: MILLRACE_KEY, secret: true }
source: { use: ./tasks.mjs#numbers, with: { to: "\${n}" } }
run: { workers: 0, graceMs: "\${n}" }
stages:
  - operators: [{ map: ./tasks.mjs#text }, { startWith: ["\${day}-$\${day}-\`", "\${loud}"] }, { endWith: "\${key}" }]
  - io: text
    use: ./tasks.mjs#text
`,
    );
    const env = { MILLRACE_KEY: 'hunter2' };
    const text = await convertConfig(file, { env });
    expect(text).not.toContain('hunter2');
    expect(text).toContain('process.env.MILLRACE_DAY');

    process.env.MILLRACE_KEY = env.MILLRACE_KEY;
    try {
      const { ofAllThings, runOptions } = await moduleOf(text);
      expect(runOptions).toEqual({ workers: 0, graceMs: 2 });
      const { pipeline, params } = await loadConfig(file, { env });
      expect(await all(ofAllThings as typeof pipeline, params)).toEqual(await all(pipeline, params));
    } finally {
      delete process.env.MILLRACE_KEY;
    }
  });

  describe('reads vars of other types than texts from the environment', () => {
    const text = `version: 1
name: p
vars:
  n: { type: integer, env: MILLRACE_N, default: 2 }
  share: { env: MILLRACE_SHARE, default: -0.5 }
  loud: { env: MILLRACE_LOUD, default: false }
source: { lines: { path: in.txt } }
stages: [{ operators: [{ endWith: ["\${n}", "\${share}", "\${loud}"] }] }]
`;
    const withEnv = async <T>(env: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> => {
      Object.assign(process.env, env);
      try {
        return await work();
      } finally {
        for (const name of Object.keys(env)) delete process.env[name];
      }
    };

    test.each([[{}], [{ MILLRACE_N: '7', MILLRACE_SHARE: '1e-3', MILLRACE_LOUD: 'true' }]])(
      'as the file does: %p',
      async (env) => {
        const file = folder.write('p.yaml', text);
        const { pipeline, params } = await loadConfig(file, { env });
        const byCode = await withEnv(env, async () => (await moduleOf(await convertConfig(file))).p as typeof pipeline);
        expect(await all(byCode, params)).toEqual(await all(pipeline, params));
      },
    );

    test.each([
      ['MILLRACE_N', 'many', 'must be an integer'],
      ['MILLRACE_N', '1.5', 'must be an integer'],
      ['MILLRACE_N', ' ', 'must be an integer'],
      ['MILLRACE_SHARE', 'Infinity', 'must be a number'],
      ['MILLRACE_LOUD', 'yes', 'must be true or false'],
    ])('and refuses what the file would refuse: %s is %j', async (name, value, message) => {
      const module = await convertConfig(folder.write('p.yaml', text));
      await expect(withEnv({ [name]: value }, () => moduleOf(module))).rejects.toThrow(
        `the environment variable ${name} ${message}`,
      );
    });

    test('and refuses to be without one that has no default', async () => {
      const file = folder.write('p.yaml', text.replace(', default: 2', ''));
      const module = await convertConfig(file, { env: { MILLRACE_N: '1' } });
      await expect(moduleOf(module)).rejects.toThrow('the environment variable MILLRACE_N must be an integer');
    });
  });

  const withKey = (key: string) =>
    `version: 1\nname: p\nvars: { key: ${key} }\nsource: { lines: { path: in.txt } }\nstages: [{ operators: [{ endWith: "\${key}" }] }]\n`;

  test.each([
    ['nothing else gives it', '{ env: MILLRACE_KEY, secret: true }', "needed('MILLRACE_KEY')"],
    ['it has a default, too', '{ env: MILLRACE_KEY, secret: true, default: "" }', "process.env.MILLRACE_KEY ?? ''"],
  ])('reads a secret that is set from outside from its environment variable, where %s', async (_, key, code) => {
    const text = await convertConfig(folder.write('p.yaml', withKey(key)), { set: { 'vars.key': 'hunter2' } });
    expect(text).not.toContain('hunter2');
    expect(text).toContain(`key: ${code},`);
  });

  test.each([
    ['a var without an environment variable', withKey('{ secret: true }'), { 'vars.key': 'hunter2' }, 3],
    ['one with a default', withKey('{ secret: true, default: none }'), { 'vars.key': 'hunter2' }, 3],
    ['one that is declared from outside', withKey('1'), { vars: '{ key: { secret: true, default: hunter2 } }' }, 3],
    [
      'an option',
      'version: 1\nname: p\nsource: { http: { url: "http://127.0.0.1:9/" } }\n',
      { 'source.http.headers': '{ authorization: hunter2 }' },
      3,
    ],
  ])('is refused where a secret of %s that is set from outside would stand in it', async (_, text, set, line) => {
    const error = await convertConfig(folder.write('p.yaml', text), { set }).then(String, (cause: unknown) => cause);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ problems: [{ rule: 'set-secret', line, hint: expect.stringContaining('secret: true }') }] });
    expect((error as ConfigError).message).not.toContain('hunter2');
  });

  const withHeader = (vars: string, header: string) =>
    `version: 1\nname: p\nvars: ${vars}\nsource: { http: { url: "http://127.0.0.1:9/", headers: { authorization: "${header}" } } }\n`;

  test.each([
    ['a var that does not say so', withHeader('{ token: { default: a } }', `Bearer \${token}`), { 'vars.token': 'hunter2' }],
    ['a var that is the whole of it', withHeader('{ token: { default: a } }', `\${token}`), { 'vars.token': 'hunter2' }],
    ['a text with a var in it', withHeader('{ b: Bearer }', 'x'), { 'source.http.headers.authorization': `\${b} hunter2` }],
    ['a text with a sign of one', withHeader('{ b: Bearer }', 'x'), { 'source.http.headers.authorization': `$\${b} hunter2` }],
  ])('is refused where a secret comes into it by %s', async (_, text, set) => {
    const error = await convertConfig(folder.write('p.yaml', text), { set }).then(String, (cause: unknown) => cause);
    expect(error).toMatchObject({ problems: [{ rule: 'set-secret', hint: expect.stringContaining('secret: true }') }] });
    expect((error as ConfigError).message).not.toContain('hunter2');
  });

  test('keeps what is set from outside of vars that are no secrets', async () => {
    const text = await convertConfig(folder.write('p.yaml', withKey('{ env: MILLRACE_KEY }')), { set: { 'vars.key': "it's" } });
    expect(text).toContain(`key: "it's",`);
  });
});

type Loaded = Awaited<ReturnType<typeof loadConfig>>;

async function all(pipeline: Loaded['pipeline'], params: Loaded['params']): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of pipeline.iterate(params, { workers: 0 })) items.push(item);
  return items;
}
