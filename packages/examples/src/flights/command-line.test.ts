import { describe, expect, test } from '@jest/globals';
import { parseCommand, usage } from './command-line.js';

describe('the command line', () => {
  test('without options runs on the data of vega-datasets, on every core, into a file alone', () => {
    expect(parseCommand([])).toEqual({
      kind: 'run',
      settings: { out: 'out/flight-delays.parquet', flights: undefined, postgres: undefined, workers: undefined },
    });
  });

  test('every option is taken, and told', () => {
    expect(parseCommand(['--out', 'o', '--flights', 'f', '--postgres', 'postgres://h/d', '--workers', '0'])).toEqual({
      kind: 'run',
      settings: { out: 'o', flights: 'f', postgres: 'postgres://h/d', workers: 0 },
    });
    expect(parseCommand(['--help'])).toEqual({ kind: 'help' });
    expect(parseCommand(['--table'])).toEqual({ kind: 'table' });
    for (const option of ['--out', '--flights', '--postgres', '--workers', '--table', '--help']) expect(usage).toContain(option);
  });

  test.each([
    [['--wrokers', '2'], "Unknown option '--wrokers'"],
    [['--out', ''], '--out is empty'],
    [['--workers', 'two'], "--workers needs a whole number, not 'two'"],
  ])('%j is refused in one sentence', (args, message) => {
    expect(parseCommand(args)).toEqual({ kind: 'wrong', message });
  });
});
