import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Folder } from './program.fixture.js';

const folder = new Folder();

const secretYaml = `version: 1
name: secretive
vars:
  password: { env: PASSWORD, secret: true }
source: { ndjson: { path: in.ndjson } }
stages:
  - io: call
    use: ./tasks.mjs#call
sink: { ndjson: { path: "out-\${password}.ndjson" } }
`;

const tasks = `export function call(item) {
  console.log('using ' + process.env.PASSWORD);
  throw new Error('refused for ' + process.env.PASSWORD);
}
export function pass(item) { return item; }
export function slow() { console.log('slow now'); return new Promise((resolve) => setTimeout(resolve, 60_000)); }
export function leave() { process.exit(7); }
`;

const simpleYaml = `version: 1
name: simple
source: { ndjson: { path: in.ndjson } }
stages:
  - io: pass
    use: ./tasks.mjs#pass
sink: { ndjson: { path: simple.ndjson } }
tests:
  - name: items pass
    in: [{ id: 1 }]
    out: [{ id: 2 }]
`;

beforeAll(async () => {
  await folder.write('in.ndjson', '{"id":1}\n{"id":2}\n{"id":3}\n');
  await folder.write('tasks.mjs', tasks);
  await folder.write('secret.yaml', secretYaml);
  await folder.write('simple.yaml', simpleYaml);
  await folder.write('broken.yaml', simpleYaml.replace('use: ./tasks.mjs#pass', 'uses: ./tasks.mjs#pass'));
});
afterAll(() => folder.remove());

test.each([
  ['lint', 'check'],
  ['explain', 'plan'],
])('%s is another name of %s', async (alias, name) => {
  const [one, other] = [await folder.run([alias, 'simple.yaml']), await folder.run([name, 'simple.yaml'])];
  expect(one).toEqual(other);
  expect(one.code).toBe(0);
  expect((await folder.run([alias, 'broken.yaml'])).code).toBe(78);
});

describe('a file that is wrong: exit code 78, and the place', () => {
  test.each([
    ['run', 'broken.yaml'],
    ['test', 'broken.yaml'],
  ])('%s', async (command, file) => {
    const { code, out, err } = await folder.run([command, file]);
    expect({ code, out }).toEqual({ code: 78, out: '' });
    expect(err).toMatch(/broken\.yaml:6:5: error: /);
    expect(err).not.toContain('    at ');
  });

  test('check tells the problems of all files on stdout', async () => {
    const { code, out, err } = await folder.run(['check', 'simple.yaml', 'broken.yaml']);
    expect(code).toBe(78);
    expect(out).toMatch(/broken\.yaml:6:5: error: /);
    expect(err).toContain('2 checked, 1 not well');
  });

  test('check --format json has the place as numbers', async () => {
    const { out } = await folder.run(['check', 'broken.yaml', '--format', 'json']);
    expect(JSON.parse(out).files[0].problems).toContainEqual(expect.objectContaining({ line: 6, column: 5, severity: 'error' }));
  });

  test('one that is not there: exit code 74', async () => {
    expect(await folder.run(['check', 'nowhere.yaml'])).toMatchObject({ code: 74, out: expect.stringContaining('nowhere.yaml') });
  });
});

test('check --connect asks source and sink: 74 for a file that is not there', async () => {
  expect(await folder.run(['check', 'simple.yaml', '--connect'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('simple.yaml: source "ndjson": can be opened\n'),
  });
  const { code, out } = await folder.run(['check', 'simple.yaml', '--connect', '--set', 'source.ndjson.path=nowhere.ndjson']);
  expect(code).toBe(74);
  expect(out).toContain('nowhere.ndjson');
});

test('a test that fails: exit code 3, the place and what differs', async () => {
  const { code, out, err } = await folder.run(['test', 'simple.yaml']);
  expect(code).toBe(3);
  expect(out).toMatch(/^FAILED simple\.yaml:9:11: items pass\n {9}/);
  expect(err).toBe('0 passed, 1 failed\n');
});

test('a file that cannot be read keeps no tests of others from being run', async () => {
  await folder.write('passing.yaml', simpleYaml.replace('out: [{ id: 2 }]', 'out: [{ id: 1 }]'));
  const { code, out, err } = await folder.run(['test', 'broken.yaml', 'passing.yaml', 'nowhere.yaml']);
  expect(code).toBe(78);
  expect(out).toBe('ok     passing.yaml: items pass\n');
  expect(err).toMatch(/^broken\.yaml:.*nowhere\.yaml.*\n1 passed, 0 failed, 2 files not tested\n$/s);
});

test('test --only of a name that no test has is an error of usage, unless some file has it', async () => {
  expect(await folder.run(['test', 'simple.yaml', '--only', 'items past'])).toEqual({
    code: 64,
    out: '',
    err: 'simple.yaml has no tests named "items past"\n0 passed, 0 failed\n',
  });
  await folder.write('other.yaml', simpleYaml.replace('items pass', 'others').replace('{ id: 2 }', '{ id: 1 }'));
  expect(await folder.run(['test', 'simple.yaml', 'other.yaml', '--only', 'others'])).toMatchObject({
    code: 0,
    err: 'simple.yaml has no tests named "others"\n1 passed, 0 failed\n',
  });
});

test('test needs no value of a var that options of a connector alone have', async () => {
  const text = simpleYaml
    .replace('version: 1\n', 'version: 1\nvars: { place: { env: MILLRACE_ABSENT } }\n')
    .replace(/path: \S+/, `path: "\${place}"`)
    .replace('{ id: 2 }', '{ id: 1 }');
  await folder.write('absent.yaml', text);
  expect(await folder.run(['test', 'absent.yaml'])).toMatchObject({ code: 0, err: '1 passed, 0 failed\n' });
  expect(await folder.run(['run', 'absent.yaml'])).toMatchObject({ code: 78 });
});

test('test --update writes what came out, and the test passes', async () => {
  await folder.write('update.yaml', simpleYaml);
  await folder.run(['test', 'update.yaml', '--update']);
  expect(await folder.run(['test', 'update.yaml'])).toMatchObject({ code: 0, err: '1 passed, 0 failed\n' });
});

test('test of what comes by stdin knows the vars of a case', async () => {
  const text = `version: 1
name: some
vars: { n: { type: integer, default: 1 } }
source: { lines: { path: in.txt } }
stages: [{ operators: [{ take: "\${n}" }] }]
sink: { lines: { path: out.txt } }
tests: [{ name: two, vars: { n: 2 }, in: [a, b, c], out: [a, b] }]
`;
  expect(await folder.run(['test', '-'], {}, text)).toEqual({ code: 0, out: 'ok     -: two\n', err: '1 passed, 0 failed\n' });
  expect(readdirSync(folder.path).filter((name) => name.startsWith('.millrace'))).toEqual([]);
});

describe('what comes by stdin leaves no file behind when the program ends', () => {
  const yamlOf = (task: string): string => simpleYaml.replace('#pass', `#${task}`);
  const left = (): readonly string[] => readdirSync(folder.path).filter((name) => name.startsWith('.millrace'));

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by a %s, which ends it as ever', async (signal) => {
    const { child, finished, says } = folder.start(['test', '-']);
    child.stdin.end(yamlOf('slow'));
    await says('slow now');
    expect(left()).toHaveLength(1);
    child.kill(signal);
    expect((await finished).code).toBeNull();
    expect(child.signalCode).toBe(signal);
    expect(left()).toEqual([]);
  });

  test('by code that calls process.exit', async () => {
    expect((await folder.run(['test', '-'], {}, yamlOf('leave'))).code).toBe(7);
    expect(left()).toEqual([]);
  });
});

test('test --update of what comes by stdin is refused', async () => {
  const { code, err } = await folder.run(['test', '-', '--update'], {}, simpleYaml);
  expect({ code, err }).toEqual({ code: 64, err: '--update needs a file: what comes by stdin cannot be written back\n' });
});

test('secrets are told nowhere: not in what tasks print, nor in errors, the report, or the plan', async () => {
  const env = { PASSWORD: 'hunter2' };
  const run = await folder.run(['run', 'secret.yaml', '--report', 'secret.json'], env);
  expect(run.code).toBe(1);
  expect(run.err).toContain('[call#0] using ***');
  expect(run.err).toContain('refused for ***');
  const plan = await folder.run(['plan', 'secret.yaml'], env);
  expect(plan.code).toBe(0);
  const report = readFileSync(join(folder.path, 'secret.json'), 'utf8');
  for (const told of [run.out, run.err, plan.out, plan.err, report]) expect(told).not.toContain('hunter2');
});

test('--limit reads so many, --set stands over the file, and the plan says where values come from', async () => {
  const { code } = await folder.run(['run', 'simple.yaml', '--limit', '2', '--set', 'sink.ndjson.path=limited.ndjson']);
  expect(code).toBe(0);
  expect(readFileSync(join(folder.path, 'limited.ndjson'), 'utf8')).toBe('{"id":1}\n{"id":2}\n');
  const { out } = await folder.run(['plan', 'simple.yaml', '--set', 'stages.pass.concurrency=3']);
  expect(out).toMatch(/stages\.pass\.concurrency +3 +--set/);
  expect(out).toContain('guarantee: none');
  const json = JSON.parse((await folder.run(['plan', 'simple.yaml', '--format', 'json'])).out);
  expect(json.plan.stages.map(({ name }: { name: string }) => name)).toEqual(['ndjson', 'pass', 'ndjson (sink)']);
});

test('a pipeline from stdin runs as if it lay in the working directory', async () => {
  const { code, err } = await folder.run(['run', '-', '--quiet', '--set', 'sink.ndjson.path=piped.ndjson'], {}, simpleYaml);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(readFileSync(join(folder.path, 'piped.ndjson'), 'utf8').split('\n')).toHaveLength(4);
  const wrong = await folder.run(['plan', '-'], {}, simpleYaml.replace('use:', 'uses:'));
  expect(wrong).toMatchObject({ code: 78, err: expect.stringMatching(/^<stdin>:6:5: error: /m) });
  expect(readdirSync(folder.path).filter((name) => name.startsWith('.millrace'))).toEqual([]);
});

test('check, plan and convert take a pipeline from stdin, and call it that', async () => {
  const checked = await folder.run(['check', '-'], {}, simpleYaml);
  expect(checked).toMatchObject({ code: 0, out: '', err: '1 checked, all well\n' });
  const wrong = await folder.run(['check', '-', '--format', 'json'], {}, simpleYaml.replace('use:', 'uses:'));
  expect(wrong).toMatchObject({ code: 78, out: expect.stringContaining('"file": "<stdin>"') });
  const { out } = await folder.run(['plan', '-'], {}, simpleYaml);
  expect(out).toMatch(/^ *name +"simple" +<stdin>:2:7$/m);
  expect(out).not.toContain('millrace-stdin');
  const converted = await folder.run(['convert', '-'], {}, simpleYaml);
  expect(converted.out).toBe((await folder.run(['convert', 'simple.yaml'])).out);
  expect(readdirSync(folder.path).filter((name) => name.startsWith('.millrace'))).toEqual([]);
});

test('a pipeline from stdin whose source reads stdin fails: there is nothing left of it', async () => {
  const reading = ['run', '-', '--quiet', '--set', 'source.ndjson.path=-', '--set', 'sink.ndjson.path=none.ndjson'];
  const { code, err } = await folder.run(reading, {}, simpleYaml);
  expect({ code, err }).toEqual({ code: 74, err: expect.stringContaining('cannot read <stdin>: it was read to its end before') });
  expect(existsSync(join(folder.path, 'none.ndjson'))).toBe(false);
});

describe('preview', () => {
  test('shows what leaves a stage, and opens no sink', async () => {
    const { code, out } = await folder.run([
      'preview',
      'simple.yaml',
      '--stage',
      'pass',
      '--limit',
      '1',
      '--set',
      'sink.ndjson.path=no/where',
    ]);
    expect({ code, out }).toEqual({ code: 0, out: '{"id":1}\n' });
  });

  test('of a stage that there is not says which there are', async () => {
    const { code, err } = await folder.run(['preview', 'simple.yaml', '--stage', 'pas']);
    expect(code).toBe(64);
    expect(err).toContain('has no stage "pas"; did you mean "pass"?');
  });
});

test('describe of what there is not says what may be meant', async () => {
  expect(await folder.run(['describe', 'cvs'])).toMatchObject({ code: 64, err: expect.stringContaining('did you mean "csv"?') });
});

test('a reader of data that goes away ends a command without a complaint', async () => {
  const { child, finished } = folder.start(['schema']);
  child.stdout.destroy();
  expect(await finished).toMatchObject({ err: '' });
});

test('a server that does not answer to check --connect: exit code 69', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await folder.write(
    'remote.mjs',
    `import { createConnection } from 'node:net';
    import { flow, pipeline } from '@millrace/core';
    export const remote = pipeline(import.meta, 'remote', ({ port }) => flow({ name: 'server', open: () => [], check: () =>
      new Promise((resolve, reject) => createConnection(port, '127.0.0.1').on('connect', resolve).on('error', reject)) }));`,
  );
  const { code, out } = await folder.run(['check', 'remote.mjs', '--connect', '--set', `port=${port}`]);
  expect(code).toBe(69);
  expect(out).toContain('source "server": ');
  expect(out).toContain('ECONNREFUSED');
});
