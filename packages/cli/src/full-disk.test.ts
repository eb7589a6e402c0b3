import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bin, Folder } from './program.fixture.js';

const folder = new Folder();
const limitMs = 20_000;

/** Takes nothing: each write fails as on a disk that is full. */
const full = '/dev/full';
const onFull = existsSync(full) ? test : test.skip;

async function runOnFull(args: readonly string[]): Promise<{ readonly code: number; readonly err: string }> {
  const child = spawn('sh', ['-c', `exec "$@" > ${full}`, 'sh', process.execPath, bin, ...args], {
    ...{ cwd: folder.path, stdio: ['ignore', 'ignore', 'pipe'] as const },
    ...{ timeout: limitMs, killSignal: 'SIGKILL' as const },
  });
  const [err, [code]] = await Promise.all([text(child.stderr!), once(child, 'close')]);
  return { code, err };
}

beforeAll(async () => {
  await folder.write('in.txt', 'a\nb\n');
  await folder.write(
    'out.yaml',
    `version: 1
name: copy
source: { lines: { path: in.txt } }
stages: [{ tee: beside, sink: { lines: { path: beside.txt } } }]
sink: { lines: { path: "-" } }
`,
  );
  await folder.write(
    'case.yaml',
    `version: 1
name: copy
source: { lines: { path: in.txt } }
sink: { lines: { path: out.txt } }
tests: [{ name: all, in: [a], out: [a] }]
`,
  );
  await folder.write(
    'careless.mjs',
    `import { flow, pipeline } from '@millrace/core';
    const sink = { name: 'careless', open: async () => ({
      write: async (items) => void process.stdout.write(items.join()), commit: async () => {}, abort: async () => {} }) };
    export const p = pipeline(import.meta, 'p', () => flow(['a']).to(sink));`,
  );
});
afterAll(() => folder.remove());

describe('when stdout takes nothing the exit code is 74, and stderr says why, without a stack', () => {
  onFull.each([
    ['a command that prints', ['schema']],
    ['help', ['--help']],
    ['preview', ['preview', 'out.yaml']],
    ['tests, of which none counts as not made', ['test', 'case.yaml', 'case.yaml']],
    ['a run whose sink is stdout', ['run', 'out.yaml', '--quiet']],
    ['a run whose sink does not look', ['run', 'careless.mjs', '--quiet']],
  ])(
    '%s',
    async (_, args) => {
      const { code, err } = await runOnFull(args);
      expect(err).toMatch(/cannot write <stdout>: .*no space/);
      expect(err).not.toContain('    at ');
      expect(err).not.toContain('not tested');
      expect(code).toBe(74);
    },
    limitMs,
  );

  onFull(
    'a run leaves its report, and no file that it has begun',
    async () => {
      await runOnFull(['run', 'out.yaml', '--quiet', '--report', 'run.json']);
      expect(JSON.parse(readFileSync(join(folder.path, 'run.json'), 'utf8'))).toMatchObject({ exitCode: 74 });
      expect(readdirSync(folder.path).filter((name) => name.includes('beside'))).toEqual([]);
    },
    limitMs,
  );
});

test(
  'when nobody reads stdout the exit code is 141 for what prints, too',
  async () => {
    // It begins when its stdout has no reader any more: what lies in a pipe was printed, for all that it knows.
    const child = spawn('sh', ['-c', 'read begin; exec "$@"', 'sh', process.execPath, bin, 'schema'], {
      ...{ cwd: folder.path, timeout: limitMs, killSignal: 'SIGKILL' as const },
    });
    const ended = Promise.all([text(child.stderr), once(child, 'close')]);
    await once(child.stdout.destroy(), 'close');
    child.stdin.end('\n');
    const [err, [code]] = await ended;
    expect({ code, err }).toEqual({ code: 141, err: '' });
  },
  limitMs,
);
