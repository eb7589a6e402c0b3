import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./program.fixture.js', import.meta.url));

test.each([
  ['thread', 'awaited'],
  ['thread', 'not awaited'],
  ['process', 'awaited'],
  ['process', 'not awaited'],
  ['loop', 'awaited'],
  ['loop', 'not awaited'],
])('a script with a %s pool whose main function is %s runs once, and ends by itself', async (kind, ends) => {
  const { stdout, stderr } = await run(process.execPath, [program, kind, ends], { timeout: 25_000 });
  expect({ stdout, stderr }).toEqual({ stdout: 'script\n18 15\ndrained\n', stderr: '' });
});
