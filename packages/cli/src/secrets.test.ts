import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Folder } from './program.fixture.js';

const folder = new Folder();
const limitMs = 20_000;

const yaml = `version: 1
name: secretive
vars:
  key: { env: KEY, secret: true }
source: { ndjson: { path: in.ndjson } }
stages: [{ io: say, use: "./tasks.mjs#say", with: "\${key}" }]
sink: { ndjson: { path: out.ndjson } }
`;

const tasks = `export const say = (key) => (item) => {
  console.log(key);
  console.log({ key });
  return item;
};
export const block = () => (item) => {
  for (const end = Date.now() + 500; Date.now() < end; );
  return item;
};
export const same = () => (item) => item;
export const fail = (pin) => (item) => {
  console.log('pin ' + pin);
  throw new Error('refused ' + pin);
};
`;

const numbers = `version: 1
name: numbers
vars:
  pin: { env: PIN, type: integer, secret: true }
source: { ndjson: { path: numbers.ndjson } }
stages: [{ io: fail, use: "./tasks.mjs#fail", with: "\${pin}", capacity: "\${pin}", onError: deadLetter }]
sink: { ndjson: { path: out.ndjson } }
errors: { deadLetters: { ndjson: { path: rejects.ndjson } } }
tests: [{ name: the item 1, in: [1], out: [], deadLetters: [{}] }]
`;

beforeAll(async () => {
  await folder.write('in.ndjson', '{"id":1}\n');
  await folder.write('tasks.mjs', tasks);
  await folder.write('say.yaml', yaml);
  await folder.write('say-cpu.yaml', yaml.replace('io: say', 'cpu: say'));
  await folder.write('named.yaml', yaml.replace('io: say, use: "./tasks.mjs#say"', `io: "w-\${key}", use: "./tasks.mjs#block"`));
  await folder.write('numbers.yaml', numbers);
  await folder.write('same.yaml', numbers.replace('#fail', '#same'));
  await folder.write('numbers.ndjson', '{"id":1024,"n":11024,"text":"is 1024","1024":true}\n');
  await folder.write('http.yaml', yaml.replace(/source: .*/, `source: { http: { url: "http://127.0.0.1:1/\${key}/items" } }`));
});
afterAll(() => folder.remove());

describe('a secret is not told', () => {
  test.each(['say.yaml', 'say-cpu.yaml'])(
    'line by line, when it has several and a task prints it: %s',
    async (file) => {
      const { code, err } = await folder.run(['run', file, '--quiet'], { KEY: '--BEGIN KEY--\nMIIBVgIB\nAb=\n--END KEY--\n' });
      expect(code).toBe(0);
      expect(err).toMatch(/^\[say#\d\] \*\*\*$/m);
      expect(err).not.toMatch(/BEGIN|MIIB|Ab=|END/);
    },
    limitMs,
  );

  test(
    'as a URL encodes it, when an error tells that',
    async () => {
      const { err } = await folder.run(['run', 'http.yaml', '--quiet'], { KEY: 'my pass@word' });
      // The whole URL is secret, as a part of it is.
      expect(err).toContain('GET ***');
      expect(err).not.toContain('word');
    },
    limitMs,
  );
});

test(
  'a secret in the name of a stage is not told by a warning in the log for programs',
  async () => {
    const { err } = await folder.run(['run', 'named.yaml', '--log-format', 'json'], { KEY: 'hunter2' });
    expect(err).toContain('"event":"warning","stage":"***","text":"io stage \\"***\\" kept the main thread');
    expect(err).not.toContain('hunter2');
  },
  limitMs,
);

describe('a secret that is a number', () => {
  test(
    'leaves a report JSON, with its counts, and is told by no error in it',
    async () => {
      const args = ['run', 'numbers.yaml', '--report', 'run.json', '--set', 'stages.fail.onError=fail'];
      const { code, err } = await folder.run(args, { PIN: '1' });
      expect(code).toBe(1);
      expect(err).toContain('refused ***');
      expect(err).toContain('  1 read, 0 delivered');
      expect(JSON.parse(readFileSync(join(folder.path, 'run.json'), 'utf8'))).toMatchObject({
        format: 1,
        exitCode: 1,
        error: { cause: { message: 'refused ***' } },
        report: { read: 1, stages: [{ in: 1 }, { failed: 1 }, {}] },
      });
    },
    limitMs,
  );

  test(
    'leaves each line of a log JSON, with its counts',
    async () => {
      const { err } = await folder.run(['run', 'numbers.yaml', '--log-format', 'json'], { PIN: '1' });
      const entries = err
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(entries).toContainEqual(expect.objectContaining({ event: 'output', from: '[fail#0]', text: 'pin ***' }));
      expect(entries.at(-1)).toMatchObject({
        event: 'finished',
        exitCode: 2,
        report: { read: 1, stages: [{}, { queue: { capacity: '***' } }, {}] },
      });
    },
    limitMs,
  );

  test(
    'is no number in what preview and plan give as JSON, and no part of one',
    async () => {
      const preview = await folder.run(['preview', 'same.yaml'], { PIN: '1024' });
      expect(JSON.parse(preview.out)).toEqual({ id: '***', n: 11024, text: 'is ***', '***': true });
      const plan = await folder.run(['plan', 'numbers.yaml', '--format', 'json'], { PIN: '1024' });
      const { plan: planned, values } = JSON.parse(plan.out);
      expect(planned.stages[1]).toMatchObject({ name: 'fail', capacity: '***' });
      expect(values).toContainEqual(expect.objectContaining({ path: 'stages.fail.capacity', value: '***' }));
    },
    limitMs,
  );

  test(
    'masks no count of the program',
    async () => {
      const env = { PIN: '1' };
      expect((await folder.run(['check', 'numbers.yaml'], env)).err).toBe('1 checked, all well\n');
      const tested = await folder.run(['test', 'numbers.yaml'], env);
      expect(tested).toMatchObject({ code: 0, err: '[test] pin ***\n1 passed, 0 failed\n' });
      await folder.run(['run', 'numbers.yaml', '--quiet'], env);
      const replay = await folder.run(['dlq', 'replay', 'numbers.yaml', '--out', 'more.ndjson', '--dry-run'], env);
      expect(replay.out).toContain('rejects.ndjson: 1 dead letter\n  into fail: 1\n');
    },
    limitMs,
  );
});
