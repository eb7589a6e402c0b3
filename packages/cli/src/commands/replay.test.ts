import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Folder } from '../program.fixture.js';

const tasks = `export async function pass(item, { signal }) {
  const { FAILS = '', STUCK } = process.env;
  if (STUCK === String(item.id)) {
    console.log('stuck');
    // As what waits for a server does, it keeps the program alive.
    const alive = setInterval(() => {}, 1000);
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))).finally(() => clearInterval(alive));
  }
  if (FAILS.includes(item.id)) throw new Error('refused ' + item.id);
  return { ...item, passed: true };
}
export const table = ({ name }) => ({
  name,
  open: async () => ({
    write: async () => {},
    commit: async () => { if (process.env.NO_COMMIT === name) throw new Error('no commit'); },
    abort: async () => {},
  }),
});
`;

const yaml = `version: 1
name: shop
source: { ndjson: { path: in.ndjson } }
stages: [{ io: pass, use: ./tasks.mjs#pass, onError: deadLetter }]
sink: { ndjson: { path: out.ndjson } }
errors: { deadLetters: { ndjson: { path: dlq.ndjson } } }
`;

const folder = new Folder();
const replay = ['dlq', 'replay', 'shop.yaml'];
const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');

beforeAll(async () => {
  await folder.write('in.ndjson', '{"id":1}\n{"id":2}\n{"id":3}\n');
  await folder.write('tasks.mjs', tasks);
  await folder.write('shop.yaml', yaml);
  const { code } = await folder.run(['run', 'shop.yaml', '--quiet'], { FAILS: '23' });
  expect(code).toBe(2);
});
afterAll(() => folder.remove());

test('what would be done is told on stdout, and not done', async () => {
  const before = read('dlq.ndjson');
  const { code, out } = await folder.run([...replay, '--out', 'more.ndjson', '--only', '1', '--dry-run']);
  expect({ code, out }).toEqual({
    code: 0,
    out: 'dlq.ndjson: 2 dead letters\n  into pass: 1\n  left: 1, not chosen\n  to the sink ndjson (sink): more.ndjson\n',
  });
  expect(read('dlq.ndjson')).toBe(before);
  expect(existsSync(join(folder.path, 'more.ndjson'))).toBe(false);
});

test.each([
  ['64: output of an earlier run would be replaced', replay, 64, 'give it another file by --out FILE'],
  ['64: no number', [...replay, '--only', '2-1'], 64, 'numbers and ranges, as in 0,3-5'],
  ['64: a module', ['dlq', 'replay', 'shop.mjs#shop'], 64, 'is a module'],
  ['74: no such file', [...replay, 'nowhere.ndjson'], 74, 'there is no such file'],
])('exit code %s', async (_, args, code, told) => {
  expect(await folder.run(args)).toMatchObject({ code, out: '', err: expect.stringContaining(told) });
});

test('a second signal leaves all letters in the file, and nothing beside it', async () => {
  const before = read('dlq.ndjson');
  const { child, finished, says } = folder.start([...replay, '--out', 'cancelled.ndjson'], { STUCK: '3' });
  await says('[pass#0] stuck');
  child.kill('SIGINT');
  await says('once more to stop at once');
  child.kill('SIGINT');
  expect((await finished).code).toBe(130);
  expect(read('dlq.ndjson')).toBe(before);
  const beside = readdirSync(folder.path).filter((name) => name.includes('dlq') || name.includes('cancelled'));
  expect(beside).toEqual(['dlq.ndjson']);
});

test('a replay that fails when a sink has committed says so, and the next one refuses', async () => {
  const table = (name: string) => `{ use: ./tasks.mjs#table, with: { name: ${name} } }`;
  const teed = yaml
    .replace(/sink: .*\n/, `sink: ${table('two')}\n`)
    .replace('}]\n', `}, { tee: copy, sink: ${table('one')} }]\n`);
  await folder.write('teed.yaml', teed);
  await folder.write('teed.ndjson', read('dlq.ndjson'));
  const args = ['dlq', 'replay', 'teed.yaml', 'teed.ndjson', '--quiet'];
  const { code, err } = await folder.run(args, { NO_COMMIT: 'two' });
  expect(code).toBe(1);
  expect(err).toMatch(/"one[^"]*" has committed, "two[^"]*" may have committed, .*remove .*teed\.ndjson\.replaying/);
  expect([read('teed.ndjson'), existsSync(join(folder.path, 'teed.ndjson.replaying'))]).toEqual([read('dlq.ndjson'), true]);
  expect(await folder.run(args)).toMatchObject({ code: 74, err: expect.stringContaining('take what was delivered out') });
  const planned = await folder.run([...args, '--dry-run']);
  expect(planned).toMatchObject({ code: 0, out: expect.stringMatching(/refused: a replay of .*teed\.ndjson is under way/) });
});

test('exit code 2 and the report of it while some fail again, 0 when none is left; data alone on stdout', async () => {
  const first = await folder.run([...replay, '--out', '-', '--report', 'run.json'], { FAILS: '3' });
  expect(first).toMatchObject({ code: 2, out: '{"id":2,"passed":true}\n' });
  expect(first.err).toContain('dlq.ndjson: 2 replayed, 1 left (1 failed again)\n');
  expect(JSON.parse(read('run.json'))).toMatchObject({ exitCode: 2, report: { read: 2, delivered: 1 } });
  const second = await folder.run([...replay, '--out', '-', '--log-format', 'json']);
  expect(second).toMatchObject({ code: 0, out: '{"id":3,"passed":true}\n' });
  const entries = second.err
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(entries.at(-2)).toMatchObject({ event: 'note', text: 'dlq.ndjson: 1 replayed, 0 left' });
  expect(entries.at(-1)).toMatchObject({ event: 'finished', exitCode: 0 });
  expect(read('dlq.ndjson')).toBe('');
  expect(await folder.run(replay)).toMatchObject({ code: 0, err: 'dlq.ndjson: 0 dead letters\n' });
});
