import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Folder } from '../program.fixture.js';

const folder = new Folder();
const limitMs = 20_000;
const secret = 'sekrit-1234';

const yaml = `version: 1
name: careless
vars: { key: { env: KEY, secret: true } }
source: { lines: { path: in.txt } }
stages: [{ io: work, use: "./tasks.mjs#timer", with: "\${key}" }]
sink: { lines: { path: out.txt } }
tests: [{ name: a, in: [a], out: [a] }]
`;

/** Each goes on for ever: what ends it is what nobody caught. */
const tasks = `import { existsSync } from 'node:fs';
const forever = () => new Promise((resolve) => { setInterval(() => {}, 1000); });
export const timer = (key) => () => { setTimeout(() => { throw new TypeError('late ' + key); }); return forever(); };
export const promise = (key) => () => { void Promise.reject(new TypeError('late ' + key)); return forever(); };
export const value = (key) => () => { setTimeout(() => { throw 'late ' + key; }); return forever(); };
export const seen = (key) => (item) => {
  process.on('uncaughtException', (error) => console.log('seen', error.message));
  setTimeout(() => { throw new TypeError('late ' + key); });
  return new Promise((resolve) => setTimeout(resolve, 50, item));
};
export const after = (key) => (item) => {
  const looking = setInterval(() => {
    if (!existsSync('out.txt')) return;
    clearInterval(looking);
    throw new TypeError('late ' + key);
  }, 20);
  return item;
};
`;

beforeAll(async () => {
  await folder.write('in.txt', 'a\nb\n');
  await folder.write('tasks.mjs', tasks);
  for (const name of ['timer', 'promise', 'value', 'seen', 'after']) {
    await folder.write(`${name}.yaml`, yaml.replace('#timer', `#${name}`));
  }
  await folder.write(
    'commit.mjs',
    `import { flow, pipeline } from '@millrace/core';
    const sink = { name: 'kept', open: async () => ({
      write: async () => {},
      commit: () => new Promise((resolve) => setTimeout(() => { setTimeout(resolve); throw new TypeError('late ***'); })),
      abort: async () => {},
    }) };
    export const p = pipeline(import.meta, 'p', () => flow([1]).to(sink));`,
  );
  await folder.write(
    'load.mjs',
    `setTimeout(() => { throw new Error('late ' + process.env.KEY); });\nawait new Promise((resolve) => setTimeout(resolve, 5000));\n${tasks}`,
  );
  await folder.write('load.yaml', yaml.replace('tasks.mjs', 'load.mjs'));
});
afterAll(() => folder.remove());

const run = (...args: string[]) => folder.run(args, { KEY: secret });

/** What a run has put into the folder. */
function left(): string[] {
  return readdirSync(folder.path).filter((name) => /out|millrace/.test(name));
}

describe('an error that nobody caught', () => {
  test.each([
    ['of a timer', 'timer', 'TypeError: late ***'],
    ['of a promise', 'promise', 'TypeError: late ***'],
    ['that is none', 'value', 'thrown value late ***'],
  ])(
    '%s ends a run, which puts its files away, and is told without secrets',
    async (_, name, told) => {
      const { code, out, err } = await run('run', `${name}.yaml`, '--quiet');
      expect(err).toContain('error: an error that nobody caught');
      expect(err).toContain(told);
      expect(`${out}${err}`).not.toContain(secret);
      expect(code).toBe(1);
      expect(left()).toEqual([]);
    },
    limitMs,
  );

  test(
    'stands in the log for programs, and in the report',
    async () => {
      const { err } = await run('run', 'timer.yaml', '--log-format', 'json', '--report', 'run.json');
      const entries = err
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const error = { code: 'ERR_UNCAUGHT', cause: { name: 'TypeError', message: 'late ***' } };
      expect(entries.at(-2)).toMatchObject({ event: 'error', error });
      expect(entries.at(-1)).toMatchObject({ event: 'finished', exitCode: 1, report: { outcome: 'cancelled', read: 2 } });
      expect(JSON.parse(readFileSync(join(folder.path, 'run.json'), 'utf8'))).toMatchObject({ exitCode: 1, error });
    },
    limitMs,
  );

  test.each([
    ['preview', 'timer.yaml'],
    ['test', 'timer.yaml'],
    ['check', 'load.yaml'],
  ])(
    'ends a command without a run, too: %s',
    async (command, file) => {
      const { code, err } = await run(command, file);
      expect(err).toContain('an error that nobody caught');
      expect(err).toContain('late ***');
      expect(err).not.toContain(secret);
      expect(code).toBe(1);
    },
    limitMs,
  );

  test(
    'of a timer that a task has left behind is told after the run, whose output stays',
    async () => {
      const { code, err } = await run('run', 'after.yaml', '--quiet');
      expect(err).toContain('TypeError: late ***');
      expect(code).toBe(1);
      expect(left()).toEqual(['out.txt']);
    },
    limitMs,
  );

  test(
    'while a sink commits does not undo the run, whose report says both',
    async () => {
      const { code, err } = await run('run', 'commit.mjs', '--quiet', '--report', 'commit.json');
      expect(err).toContain('TypeError: late ***');
      expect(code).toBe(1);
      expect(JSON.parse(readFileSync(join(folder.path, 'commit.json'), 'utf8'))).toMatchObject({
        ...{ exitCode: 1, error: { code: 'ERR_UNCAUGHT' }, report: { outcome: 'completed', delivered: 1 } },
      });
    },
    limitMs,
  );

  test(
    'is left to code that listens to such errors itself',
    async () => {
      const { code, err } = await run('run', 'seen.yaml', '--quiet');
      expect(err).toContain('seen late ***');
      expect(code).toBe(0);
    },
    limitMs,
  );
});
