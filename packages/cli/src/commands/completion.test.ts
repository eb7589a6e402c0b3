import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Folder } from '../program.fixture.js';

const folder = new Folder();
let script: string;

beforeAll(async () => {
  const { code, out } = await folder.run(['completion', 'bash']);
  expect(code).toBe(0);
  script = out;
});
afterAll(() => folder.remove());

/** What bash would offer for the last of the words. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const typed = ['millrace', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `${script}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _millrace; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', ask]);
  return stdout.split('\n').filter((word) => word !== '');
}

test('bash completes commands, their options, and the commands below them', async () => {
  expect(await offered('pl')).toEqual(['plan']);
  expect(await offered('run', '--re')).toEqual(['--report']);
  expect(await offered('dlq', 's')).toEqual(['show']);
  expect(await offered('run', 'orders')).toEqual([]);
});

test('fish is told each command and option with what it does', async () => {
  const { out } = await folder.run(['completion', 'fish']);
  expect(out).toContain(
    "complete -c millrace -n '__fish_seen_subcommand_from run' -l report -d 'write what the run did as JSON'\n",
  );
});
