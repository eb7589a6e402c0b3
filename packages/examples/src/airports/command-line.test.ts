import { describe, expect, test } from '@jest/globals';
import { parseCommand, usage } from './command-line.js';

describe('the command line', () => {
  test('without options runs on the data of vega-datasets, on every core, with 20 ms of latency', () => {
    expect(parseCommand([])).toEqual({
      kind: 'run',
      settings: { out: 'out/nearest-airports.ndjson', zipcodes: undefined, workers: undefined, latencyMs: 20 },
    });
  });

  test('every option is taken', () => {
    expect(parseCommand(['--out', 'o.ndjson', '--zipcodes', 'z.csv', '--workers', '0', '--latency', '5'])).toEqual({
      kind: 'run',
      settings: { out: 'o.ndjson', zipcodes: 'z.csv', workers: 0, latencyMs: 5 },
    });
  });

  test('--help asks for the usage, which names every option', () => {
    expect(parseCommand(['--help'])).toEqual({ kind: 'help' });
    for (const option of ['--out', '--zipcodes', '--workers', '--latency', '--help']) expect(usage).toContain(`  ${option}`);
  });

  test.each([
    [['--wrokers', '2'], "Unknown option '--wrokers'"],
    [['zipcodes.csv'], "Unexpected argument 'zipcodes.csv'"],
    [['--out'], "Option '--out <value>' argument missing"],
    [['--out', ''], '--out needs a path'],
    [['--workers', 'two'], "--workers needs a whole number from 0 to 1024, not 'two'"],
    [['--workers=-1'], "--workers needs a whole number from 0 to 1024, not '-1'"],
    [['--latency', '1e9'], "--latency needs a whole number from 0 to 60000, not '1e9'"],
  ])('%j is refused in one sentence', (args, message) => {
    expect(parseCommand(args)).toEqual({ kind: 'wrong', message });
  });
});
