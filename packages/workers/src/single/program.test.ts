import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./program.fixture.js', import.meta.url));

test('a program goes on until its workers have ended, once, and is not ended by an error that nobody looks at', async () => {
  const { stdout, stderr } = await run(process.execPath, [program, 'held'], { timeout: 25_000 });
  expect(stdout.split('\n').sort()).toEqual(['', 'process', 'script', 'thread']);
  expect(stderr).toBe('');
});

test.each([
  ['daemons', 0],
  ['exits', 6],
])('a program that %s leaves no process behind, though it computes', async (mode, code) => {
  const ended = await run(process.execPath, [program, mode], { timeout: 25_000 }).catch((error) => error);
  const { stdout, stderr } = ended;
  expect({ code: ended.code ?? 0, stderr }).toEqual({ code, stderr: '' });
  const [script, pid] = stdout.split('\n');
  expect(script).toBe('script');
  expect(Number(pid)).toBeGreaterThan(0);
  while (lives(Number(pid))) await new Promise((resolve) => setTimeout(resolve, 5));
});

/** One that has ended, and that nobody has waited for, is there and does not live. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}
