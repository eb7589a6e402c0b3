import { execFile } from 'node:child_process';
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
