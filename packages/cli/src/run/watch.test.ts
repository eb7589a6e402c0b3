import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Folder } from '../program.fixture.js';
import { filesOf } from './watch.js';

const folder = new Folder();

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
  expect(filesOf({ file, values })).toEqual(['watched.yaml', 'in.ndjson', 'tasks.mjs'].map((name) => `${folder.path}/${name}`));
});
