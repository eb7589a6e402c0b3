import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const REPLACEMENTS = 1_000;

test(`${REPLACEMENTS} replacements of a worker leave no listener, no handle and no memory behind`, async () => {
  const program = fileURLToPath(new URL('./replacements.program.fixture.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(REPLACEMENTS)]);
  const { replaced, early, late } = JSON.parse(stdout.trim().split('\n').at(-1)!);
  expect(replaced).toBeGreaterThanOrEqual(REPLACEMENTS);
  expect(late.listeners).toBe(early.listeners);
  // A worker on its way out, and one on its way in.
  expect(late.resources).toBeLessThanOrEqual(early.resources + 4);
  expect(late.heapMb).toBeLessThan(early.heapMb + 4);
});
