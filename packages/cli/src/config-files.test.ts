import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Folder } from './program.fixture.js';

const folder = new Folder();
const project = (name: string): string => join('project', name);

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
  const { code, err } = await folder.run(['init', 'project', '--yes']);
  expect({ code, err }).toMatchObject({ code: 0 });
  await folder.write('in.ndjson', '{"id":1}\n{"id":2}\n{"id":3}\n');
  await folder.write('tasks.mjs', tasks);
  await folder.write('secret.yaml', secretYaml);
  await folder.write('simple.yaml', simpleYaml);
  await folder.write('broken.yaml', simpleYaml.replace('use: ./tasks.mjs#pass', 'uses: ./tasks.mjs#pass'));
});
afterAll(() => folder.remove());

describe('a project of init', () => {
  test('passes its tests', async () => {
    const { code, out, err } = await folder.run(['test', project('orders.yaml')]);
    expect({ code, err }).toEqual({ code: 0, err: '3 passed, 0 failed\n' });
    expect(out.match(/^ok /gm)).toHaveLength(3);
  });

  test('runs: what can be parsed and is paid is written, what cannot goes to the dead letters, which dlq shows', async () => {
    const { code } = await folder.run(['run', project('orders.yaml'), '--quiet']);
    expect(code).toBe(2);
    const rows = readFileSync(join(folder.path, project('out/orders.ndjson')), 'utf8')
      .trim()
      .split('\n');
    expect(rows.map((row) => JSON.parse(row).id)).toEqual(['1001', '1004', '1005']);
    const list = await folder.run(['dlq', 'ls', project('out/rejects.ndjson')]);
    expect(list.out).toMatch(/0 {2}\S+ {2}parse {2}\S*orders\.csv:4:1 +1 {2}Error: order 1003: "oops" is no amount\n/);
    const shown = await folder.run(['dlq', 'show', project('out/rejects.ndjson'), '0']);
    expect(JSON.parse(shown.out)).toMatchObject({ stage: 'parse', item: { id: '1003' } });
    expect(await folder.run(['dlq', 'show', project('out/rejects.ndjson'), '1'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('has no dead letter 1: they are numbered 0 to 0'),
    });
  });

  test('is not written over another', async () => {
    const { code, err } = await folder.run(['init', 'project', '--yes']);
    expect(code).toBe(64);
    expect(err).toContain('project has package.json, orders.yaml');
  });

  test('is asked for where somebody can answer, and else wants --yes', async () => {
    expect(await folder.run(['init', 'other'])).toMatchObject({ code: 64, err: expect.stringContaining('give --yes') });
  });
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

  test('check --format json and sarif have the place as numbers', async () => {
    const { out } = await folder.run(['check', 'broken.yaml', '--format', 'json']);
    expect(JSON.parse(out).files[0].problems).toContainEqual(expect.objectContaining({ line: 6, column: 5, severity: 'error' }));
    const log = JSON.parse((await folder.run(['check', 'broken.yaml', '--format', 'sarif'])).out);
    expect(log.runs[0].results[0].locations[0].physicalLocation.region).toMatchObject({
      startLine: expect.any(Number),
      startColumn: 5,
    });
  });

  test('one that is not there: exit code 74', async () => {
    for (const command of ['run', 'check']) {
      const { code, out, err } = await folder.run([command, 'nowhere.yaml']);
      expect(code).toBe(74);
      expect(out + err).toContain('nowhere.yaml');
    }
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

test('test --update writes what came out, and the test passes', async () => {
  await folder.write('update.yaml', simpleYaml);
  await folder.run(['test', 'update.yaml', '--update']);
  expect(await folder.run(['test', 'update.yaml'])).toMatchObject({ code: 0, err: '1 passed, 0 failed\n' });
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

test('list, describe and schema tell what there is', async () => {
  const list = await folder.run(['list']);
  expect(list).toMatchObject({ code: 0, err: '' });
  expect(list.out).toMatch(/^ {2}csv\.read +Records of a CSV file/m);
  const csv = await folder.run(['describe', 'csv.read']);
  expect(csv.out).toContain('  delimiter (absent: ",")\n      One character between fields, never guessed.\n');
  const none = await folder.run(['describe', 'cvs']);
  expect(none).toMatchObject({ code: 64, err: expect.stringContaining('did you mean "csv"?') });
  const schema = await folder.run(['schema']);
  expect(JSON.parse(schema.out)).toHaveProperty('$schema');
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
