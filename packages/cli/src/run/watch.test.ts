import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Folder } from '../program.fixture.js';
import { watchedBy } from './watched.js';

const folder = new Folder();

const lateYaml = (module: string) => `version: 1
name: late
vars: { input: { env: LATE } }
source: { ndjson: { path: "\${input}" } }
stages: [{ io: tell, use: "./${module}#tell" }]
sink: { ndjson: { path: late-out.ndjson } }
`;

beforeAll(async () => {
  await folder.write(
    'watched.yaml',
    `version: 1
name: watched
source: { ndjson: { path: in.ndjson } }
stages: [{ io: tell, use: "./tasks.mjs#tell" }]
sink: { ndjson: { path: out.ndjson } }
`,
  );
  await folder.write('tasks.mjs', `export function tell(item) { console.log('first sees ' + item.id); return item; }`);
  await folder.write('in.ndjson', '{"id":1}\n');
});
afterAll(() => folder.remove());

test('--watch runs again when an input or a module changes, and ends with a signal', async () => {
  const { child, finished, says } = folder.start(['run', 'watched.yaml', '--quiet', '--watch']);
  await says('first sees 1');
  await says('ended with exit code 0; waiting for a change');
  await folder.write('in.ndjson', '{"id":2}\n');
  await says('first sees 2');
  await folder.write('tasks.mjs', `export function tell(item) { console.log('second sees ' + item.id); return item; }`);
  await says('second sees 2');
  child.kill('SIGINT');
  expect((await finished).code).toBe(130);
});

test('what is watched is the file, its modules and its inputs, not what it writes', () => {
  const values = [
    { path: 'source.ndjson.path', value: 'in.ndjson', origin: 'watched.yaml:3:28' },
    { path: 'stages.tell.use', value: './tasks.mjs#tell', origin: 'watched.yaml:4:27' },
    { path: 'stages.tell.order', value: 'input', origin: 'default' },
    { path: 'sink.ndjson.path', value: 'watched.yaml', origin: 'watched.yaml:5:26' },
    { path: 'source.ndjson.maxLineBytes', value: 'nowhere', origin: 'watched.yaml:5:26' },
  ];
  const file = `${folder.path}/watched.yaml`;
  const { files, globs } = watchedBy({ file, values });
  expect(files).toEqual(['watched.yaml', 'in.ndjson', 'tasks.mjs'].map((name) => `${folder.path}/${name}`));
  expect(globs).toEqual([]);
});

test('what is watched of inputs is a file that is not there yet, each of a list, and what a glob matches', () => {
  const from = (path: string, value: string) => ({ path, value, origin: 'watched.yaml:3:28' });
  const values = [
    from('sources.a.csv.path', 'later.csv'),
    from('sources.b.csv.path.0', 'in/*.csv'),
    from('sources.b.csv.path.1', 'in/one.csv'),
    from('sources.c.lines.path', '-'),
    from('sources.d.http.url', 'https://example.org/*'),
  ];
  const { files, globs } = watchedBy({ file: `${folder.path}/watched.yaml`, values });
  expect(files).toEqual(['watched.yaml', 'later.csv', 'in/one.csv'].map((name) => `${folder.path}/${name}`));
  expect(globs).toEqual([`${folder.path}/in/*.csv`]);
});

test('--watch runs again when a file that a glob matches comes or changes, and not for what is written beside', async () => {
  await folder.write('many/1.ndjson', '{"id":"one"}\n');
  const set = [
    '--set',
    'source.ndjson.path=many/*.ndjson',
    '--set',
    'sink.ndjson.path=many/out.json',
    '--report',
    'many/report.json',
  ];
  await folder.write('tasks.mjs', `export function tell(item) { console.log('many sees ' + item.id); return item; }`);
  const { child, finished, says } = folder.start(['run', 'watched.yaml', '--quiet', '--watch', ...set]);
  await says('many sees one');
  await says('ended with exit code 0; waiting for a change');
  await folder.write('many/2.ndjson', '{"id":"two"}\n');
  await says('many sees two');
  await folder.write('many/1.ndjson', '{"id":"three"}\n');
  await says('many sees three');
  child.kill('SIGINT');
  const { code, err } = await finished;
  expect(code).toBe(130);
  expect(err.match(/running again/g)).toHaveLength(2);
});

test('--watch runs again when the environment file has changed, and when an input that was missing comes', async () => {
  await folder.write('late.mjs', `export function tell(item) { console.log('late sees ' + item.id); return item; }`);
  await folder.write('late.yaml', lateYaml('late.mjs'));
  await folder.write('late.env', 'EARLY=1\n');
  const { child, finished, says } = folder.start(['run', 'late.yaml', '--quiet', '--watch', '--env-file', 'late.env']);
  await says('the environment variable LATE is not set');
  await says('ended with exit code 78');
  await folder.write('late.env', 'LATE=late.ndjson\n');
  await says('there is no such file');
  await says('ended with exit code 74');
  await folder.write('late.ndjson', '{"id":1}\n');
  await says('late sees 1');
  child.kill('SIGINT');
  expect((await finished).code).toBe(130);
});

test('--watch runs again when a module that was broken is mended', async () => {
  await folder.write('broken.mjs', 'export function tell(');
  await folder.write('broken.yaml', lateYaml('broken.mjs'));
  const { child, finished, says } = folder.start(['run', 'broken.yaml', '--quiet', '--watch'], { LATE: 'in.ndjson' });
  await says('"./broken.mjs" cannot be imported');
  await says('ended with exit code 78');
  await folder.write('broken.mjs', `export function tell(item) { console.log('mended sees ' + item.id); return item; }`);
  await says('mended sees');
  child.kill('SIGINT');
  expect((await finished).code).toBe(130);
});
