import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./waiting.program.fixture.js', import.meta.url));

test('a program that only waits lives until it has, and ends then by itself', async () => {
  const { stdout, stderr } = await run(process.execPath, [program], { timeout: 25_000 });
  expect({ stdout, stderr }).toEqual({ stdout: 'false\ntrue\nenough\n', stderr: '' });
});
