import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

test.each([
  ['thread', 1_000],
  ['process', 100],
])('a %s replaced %d times leaves no listener, no handle and no memory behind', async (isolation, replacements) => {
  const program = fileURLToPath(new URL('./replacements.program.fixture.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, isolation, String(replacements)]);
  const { replaced, early, late } = JSON.parse(stdout.trim().split('\n').at(-1)!);
  expect(replaced).toBeGreaterThanOrEqual(replacements);
  expect(late.listeners).toBe(early.listeners);
  // A worker on its way out, and one on its way in: a process has itself and four pipes.
  const ofWorkers = isolation === 'thread' ? 4 : 10;
  expect(late.resources).toBeLessThanOrEqual(early.resources + ofWorkers);
  expect(late.files).toBeLessThanOrEqual(early.files + ofWorkers);
  expect(late.heapMb).toBeLessThan(early.heapMb + 4);
});
