import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Folder } from '../program.fixture.js';

const folder = new Folder();
const limitMs = 20_000;

const yaml = `version: 1
name: endless
source: { lines: { path: in.txt } }
stages: [{ io: wait, use: "./tasks.mjs#never" }]
sink: { lines: { path: out.txt } }
`;

const tasks = `export const never = () => { console.log('waits'); return new Promise(() => {}); };
export const once = (item) => item === 'a' ? never() : item;
export const source = () => ({ name: 'silent', open: async function* () { yield { items: ['b'], origin: () => 'b' }; await never(); } });
export const asked = () => ({ name: 'silent', check: () => never(), open: () => never() });
export const sink = () => ({ name: 'closed', open: () => never() });
`;

beforeAll(async () => {
  await folder.write('in.txt', 'a\nb\n');
  await folder.write('tasks.mjs', tasks);
  await folder.write('never.mjs', 'await new Promise(() => {});\nexport const never = 1;');
  await folder.write('wait.yaml', yaml);
  await folder.write('case.yaml', `${yaml}tests: [{ name: waits, in: [a], out: [a] }]\n`);
  await folder.write('stdin.yaml', yaml.replace('in.txt', '"-"'));
  await folder.write('once.yaml', yaml.replace('#never', '#once'));
  await folder.write('source.yaml', yaml.replace('#never', '#once').replace(/source: .*/, 'source: { use: ./tasks.mjs#source }'));
  await folder.write('asked.yaml', yaml.replace('#never', '#once').replace(/sink: .*/, 'sink: { use: ./tasks.mjs#asked }'));
  await folder.write('sink.yaml', yaml.replace('#never', '#once').replace(/sink: .*/, 'sink: { use: ./tasks.mjs#sink }'));
});
afterAll(() => folder.remove());

/** What is in the folder beside what the tests put there. */
function left(): string[] {
  return readdirSync(folder.path).filter((name) => /out|stdin-/.test(name));
}

describe('a run that can never end fails, and says why', () => {
  test.each([
    ['quietly', 'wait.yaml', ['--quiet'], 'stage "wait" holds 2 items and cannot finish them'],
    ['with progress', 'wait.yaml', [], 'stage "wait" holds 2 items and cannot finish them'],
    ['with a log', 'wait.yaml', ['--log-format', 'json'], 'stage \\"wait\\" holds 2 items and cannot finish them'],
    ['one item, behind which another waits', 'once.yaml', ['--quiet'], 'stage "wait" holds 2 items and cannot finish them'],
    ['its source', 'source.yaml', ['--quiet'], 'the source "silent" neither gives an item nor ends'],
    ['its sink', 'sink.yaml', ['--quiet'], 'a source, a sink or a setup does not open'],
  ])(
    '%s',
    async (_, file, flags, told) => {
      const { code, err } = await folder.run(['run', file, ...flags]);
      expect(err).toContain(told);
      expect(code).toBe(1);
      expect(left()).toEqual([]);
    },
    limitMs,
  );

  test(
    'with its report',
    async () => {
      await folder.run(['run', 'wait.yaml', '--quiet', '--report', 'run.json']);
      expect(JSON.parse(readFileSync(join(folder.path, 'run.json'), 'utf8'))).toMatchObject({
        exitCode: 1,
        error: { name: 'UnsettledError', code: 'ERR_UNSETTLED' },
        report: { outcome: 'failed', read: 2, delivered: 0 },
      });
    },
    limitMs,
  );

  test.each([
    ['its source waits', 1, 'waits'],
    // By the first entry of progress all is full.
    ['there is no room for what its source would give', 5_000, '"event":"progress"'],
  ])(
    'also when it drains after a signal while %s: the exit code is that of the signal',
    async (_, lines, wanted) => {
      const { child, finished, says } = folder.start(['run', 'stdin.yaml', '--log-format', 'json']);
      child.stdin.on('error', () => {}).write('a\n'.repeat(lines));
      await says(wanted);
      child.kill('SIGINT');
      const { code, err } = await finished;
      expect(err).toContain('the run can never end');
      expect(code).toBe(130);
      expect(left()).toEqual([]);
    },
    limitMs,
  );
});

describe('a command that can never end says so', () => {
  test.each([
    ['check, as a sink does not say whether it could be opened', 'check', 'asked.yaml', 1, 'can never come', ['--connect']],
    ['preview', 'preview', 'wait.yaml', 1, 'stage "wait" holds 2 items and cannot finish them'],
    ['test, of its case', 'test', 'case.yaml', 3, 'the run failed: UnsettledError'],
    ['plan, as a module is never loaded', 'plan', 'never.mjs', 78, '"never.mjs" can never be loaded'],
  ])(
    '%s',
    async (_, command, file, exit, told, flags: string[] = []) => {
      const { code, out, err } = await folder.run([command, file, ...flags]);
      expect(out + err).toContain(told);
      expect(code).toBe(exit);
    },
    limitMs,
  );
});
