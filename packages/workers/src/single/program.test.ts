import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { gone } from './gone.fixture.js';

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
  await gone(Number(pid));
});
