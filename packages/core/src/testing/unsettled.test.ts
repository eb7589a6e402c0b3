import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('./unsettled.program.fixture.js', import.meta.url));

test('E13 a test run that can never end fails, instead of keeping the program busy for ever', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 20_000 });
  expect(stdout.trim()).toBe('UnsettledError failed 1');
}, 30_000);
