import { type ExecFileException, execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { describeWithPostgres } from '../../../connectors/dist/postgres/with-server.fixture.js';
import { dataset } from '../airports/dataset.js';
import { withoutProgress } from '../airports/demo.fixture.js';
import { askOracle, copyFirst, type OracleRow, readByDuck } from './oracle.fixture.js';

const limitMs = 120_000;
const main = fileURLToPath(new URL('./main.js', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The example as a program of its own. */
function run(args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd, timeout: 110_000 }, (error: ExecFileException | null, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-flights-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the flights example', () => {
  test('a missing file is told in a line, and no report is left', async () => {
    const { code, stdout, stderr } = await run(['--flights', 'nowhere.parquet'], folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(withoutProgress(stderr)).toMatch(/^[^\n]*cannot read "nowhere\.parquet"[^\n]*there is no such file\n$/);
    expect(existsSync(join(folder, 'out/flight-delays.parquet'))).toBe(false);
  });

  test('a wrong option is told, with exit code 64', async () => {
    expect(await run(['--wrokers', '2'], folder)).toEqual({
      code: 64,
      stdout: '',
      stderr: "Unknown option '--wrokers'; --help tells the options\n",
    });
  });
});

describeWithPostgres('the flights example, with a server', (server) => {
  let oracle: readonly OracleRow[];
  let table: string;

  beforeAll(async () => {
    oracle = await askOracle(dataset('flights-3m.parquet'));
    table = (await run(['--table'], tmpdir())).stdout;
  }, limitMs);

  afterEach(() => server().query('DROP TABLE IF EXISTS flight_delays'));

  test(
    'writes a report and a table that are bit for bit what DuckDB computes of the same 3 million flights',
    async () => {
      await server().query(table);
      const { code, stdout, stderr } = await run(['--postgres', server().url, '--workers', '2'], folder);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/warning|error/i) });
      expect(stdout).toContain('✓ the counts reconcile');

      expect(oracle.reduce((sum, { flights }) => sum + Number(flights), 0)).toBe(3_000_000);
      expect(await readByDuck(join(folder, 'out/flight-delays.parquet'))).toEqual(oracle);
      expect(await server().query('SELECT * FROM flight_delays ORDER BY origin COLLATE "C", hour')).toEqual(oracle);
    },
    limitMs,
  );

  test(
    'a table that cannot take the rows leaves no report either',
    async () => {
      await copyFirst(dataset('flights-3m.parquet'), 10_000, join(folder, 'some.parquet'));
      await server().query(`${table} ALTER TABLE flight_delays ADD CHECK (flights < 10)`);
      const { code, stderr } = await run(['--postgres', server().url, '--flights', 'some.parquet'], folder);
      expect(code).toBe(1);
      expect(stderr).toMatch(/violates check constraint/);
      expect(existsSync(join(folder, 'out/flight-delays.parquet'))).toBe(false);
      expect(await server().query('SELECT * FROM flight_delays')).toEqual([]);
    },
    limitMs,
  );
});
