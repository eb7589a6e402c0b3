import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { soaking } from '../../../core/dist/testing/soaking.fixture.js';
import { dataset } from './dataset.js';
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

/** Every tenth ZIP code, or each. */
async function someZipCodes(): Promise<{ readonly file: string; readonly rows: number }> {
  const [head, ...rows] = (await readFile(dataset('zipcodes.csv'), 'utf8')).trimEnd().split('\n');
  const some = rows.filter((_, i) => soaking || i % 10 === 0);
  const file = join(folder, 'zipcodes.csv');
  await writeFile(file, `${[head, ...some].join('\n')}\n`);
  return { file, rows: some.length };
}

test('airports.yaml writes what the code writes, byte for byte', async () => {
  const [byFile, byCode] = [join(folder, 'file.ndjson'), join(folder, 'code.ndjson')];
  const { file, rows } = await someZipCodes();
  const counts = await told(byFile, file);
  const { code } = await startDemo(['--out', byCode, '--zipcodes', file, '--latency', '1'], folder).ended;
  expect(code).toBe(0);
  expect((await readFile(byFile)).equals(await readFile(byCode))).toBe(true);
  const delivered = (await readFile(byFile, 'utf8')).split('\n').length - 1;
  expect(delivered).toBeGreaterThan(1000);
  expect(counts).toEqual(soaking ? { read: 42_049, delivered: 13_608 } : { read: rows, delivered });
}, 240_000);

test('its cases hold', async () => {
  expect(await told()).toMatchObject([{ passed: true }, { passed: true }]);
}, 120_000);
