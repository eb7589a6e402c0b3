import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dataset } from './dataset.js';
import { type Demo, readRows, startDemo, type WrittenRow, withoutProgress } from './demo.fixture.js';
import { askOracle, type OracleRow } from './oracle.fixture.js';

const limitMs = 30_000;

describe('the nearest-airports example', () => {
  let oracle: ReadonlyMap<string, OracleRow>;
  let folder: string;
  let out: string;
  let demo: Demo | undefined;

  const start = (...args: readonly string[]): Demo => {
    demo = startDemo(args, folder);
    return demo;
  };

  beforeAll(async () => {
    const files = {
      zipcodes: dataset('zipcodes.csv'),
      airports: dataset('airports.csv'),
      flights: dataset('flights-airport.csv'),
    };
    oracle = new Map((await askOracle(files)).map((row) => [row.zip_code, row]));
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-airports-'));
    out = join(folder, 'out', 'nearest-airports.ndjson');
  });

  afterEach(async () => {
    demo?.kill('SIGKILL');
    await demo?.ended;
    await rm(folder, { recursive: true, force: true });
  });

  /** Each row is the oracle's, to a millimetre and to the flight. */
  function expectOracleRows(rows: readonly WrittenRow[]): void {
    for (const { zip_code, iata, km, departures, destinations } of rows) {
      const expected = oracle.get(zip_code);
      expect({ zip_code, iata, departures, destinations }).toEqual({
        zip_code,
        iata: expected?.iata,
        departures: expected?.departures,
        destinations: expected?.destinations,
      });
      expect(Math.abs(km - expected!.km)).toBeLessThan(1e-6);
    }
  }

  /** The ZIP codes that the oracle found, in the order of the file: what a run may write, or a beginning of it. */
  async function expectedOrder(): Promise<string[]> {
    const lines = (await readFile(dataset('zipcodes.csv'), 'utf8')).split(/\r?\n/);
    return lines.map((line) => line.slice(0, 5)).filter((zip) => oracle.has(zip));
  }

  /** The first ZIP codes as a file of their own. */
  async function firstZipCodes(rows: number): Promise<string> {
    const lines = (await readFile(dataset('zipcodes.csv'), 'utf8')).split(/\r?\n/);
    const file = join(folder, 'first.csv');
    await writeFile(file, `${lines.slice(0, rows + 1).join('\n')}\n`);
    return file;
  }

  test(
    'a full run writes what the oracle computes, in the order of the file, and its counts reconcile on every lane',
    async () => {
      const { code, stdout, stderr } = await start('--workers', '2', '--latency', '5').ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/warning|error/i) });
      const rows = await readRows(out);
      expectOracleRows(rows);
      expect(rows.map((row) => row.zip_code)).toEqual(await expectedOrder());
      expect(stdout).toContain('nearest-airports  completed in');
      expect(stdout).toContain('42,049 read, 13,608 delivered');
      expect(stdout).toContain('✓ the counts reconcile');
      const lanes = [...stdout.replaceAll(/\s+/g, ' ').matchAll(/lane (\d) (\S+)% busy with ([\d,]+) items/g)];
      expect(lanes.map(([, worker]) => worker)).toEqual(['0', '1']);
      for (const [, , share, items] of lanes) {
        expect(items).not.toBe('0');
        expect(share).not.toBe('0');
      }
    },
    limitMs,
  );

  test(
    'on the main thread it writes the same bytes as on two workers',
    async () => {
      const args = ['--zipcodes', await firstZipCodes(500), '--latency', '1'];
      const written: string[] = [];
      for (const workers of ['0', '2']) {
        const { code, stderr } = await start(...args, '--workers', workers).ended;
        expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/warning|error/i) });
        written.push(await readFile(out, 'utf8'));
        expectOracleRows(await readRows(out));
      }
      expect(written[0]).not.toBe('');
      expect(written[0]).toBe(written[1]);
    },
    limitMs,
  );

  test(
    'a first SIGINT drains: it ends by itself, with whole rows from the beginning of the file, and says so',
    async () => {
      const running = start('--latency', '20');
      await running.says(/[1-9][\d,]* delivered/);
      running.kill('SIGINT');
      const { code, stdout, stderr } = await running.ended;
      expect(code).toBe(130);
      const rows = await readRows(out);
      expectOracleRows(rows);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.length).toBeLessThan(oracle.size);
      expect(rows.map((row) => row.zip_code)).toEqual((await expectedOrder()).slice(0, rows.length));
      expect(stdout).toContain('nearest-airports  drained in');
      expect(stdout).toContain(`${rows.length.toLocaleString('en-US')} delivered`);
      expect(stdout).toContain('✓ the counts reconcile');
      expect(stderr).not.toMatch(/\n\s+at /);
    },
    limitMs,
  );

  test(
    'a second SIGINT cancels: no file is left',
    async () => {
      const running = start('--latency', '2000');
      await running.says(/[1-9][\d,]* read/);
      running.kill('SIGINT');
      await running.says(/SIGINT: finishing/);
      running.kill('SIGINT');
      const { code, stdout, stderr } = await running.ended;
      expect(code).toBe(130);
      expect(stdout).toContain('nearest-airports  cancelled in');
      expect(existsSync(out)).toBe(false);
      expect(stderr).not.toMatch(/\n\s+at /);
    },
    limitMs,
  );

  test('a missing file is one line that says which and where, and no file is left', async () => {
    const { code, stdout, stderr } = await start('--zipcodes', 'nowhere/zips.csv').ended;
    expect(code).toBe(1);
    expect(stdout).not.toContain('completed');
    expect(withoutProgress(stderr)).toMatch(/^[^\n]*nowhere\/zips\.csv[^\n]*\n$/);
    expect(stderr).toContain(join(folder, 'nowhere/zips.csv'));
    expect(existsSync(out)).toBe(false);
  });

  test('a file without rows gives an empty output', async () => {
    const { code, stdout } = await start('--zipcodes', await firstZipCodes(0)).ended;
    expect(code).toBe(0);
    expect(stdout).toContain('0 read, 0 delivered');
    expect(await readFile(out, 'utf8')).toBe('');
  });

  test('a folder that cannot be made is one line, with exit code 73', async () => {
    await writeFile(join(folder, 'file'), '');
    const { code, stderr } = await start('--out', 'file/o.ndjson').ended;
    expect(code).toBe(73);
    expect(stderr).toMatch(/^cannot make the folder of "file\/o\.ndjson" \(resolved to [^\n]*\): E[A-Z]+[^\n]*\n$/);
  });

  test('a wrong option is told in a line, with exit code 64', async () => {
    expect(await start('--wrokers', '2').ended).toEqual({
      code: 64,
      stdout: '',
      stderr: "Unknown option '--wrokers'; --help tells the options\n",
    });
  });

  test('--help tells the options and runs nothing', async () => {
    const { code, stdout, stderr } = await start('--help').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: /);
    expect(existsSync(out)).toBe(false);
  });
});
