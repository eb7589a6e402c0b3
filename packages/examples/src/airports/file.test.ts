import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startDemo } from './demo.fixture.js';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./file-run.program.fixture.js', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-airports-file-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function told(...args: readonly string[]): Promise<unknown> {
  const { stdout, stderr } = await run(process.execPath, [program, ...args], { timeout: 110_000 });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('airports.yaml writes what the code writes, byte for byte', async () => {
  const [byFile, byCode] = [join(folder, 'file.ndjson'), join(folder, 'code.ndjson')];
  expect(await told(byFile)).toEqual({ read: 42_049, delivered: 13_608 });
  const { code } = await startDemo(['--out', byCode], folder).ended;
  expect(code).toBe(0);
  expect((await readFile(byFile)).equals(await readFile(byCode))).toBe(true);
}, 240_000);

test('its cases hold', async () => {
  expect(await told()).toMatchObject([{ passed: true }, { passed: true }]);
}, 120_000);
