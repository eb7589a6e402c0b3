import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { paintFor, reportTable, showProgress } from '@millrace/cli/console';
import { runMain } from '@millrace/core';
import { dataset } from '../airports/dataset.js';
import { parseCommand, type Settings, usage } from './command-line.js';
import { flightDelays, table } from './pipeline.js';

// Exit codes of sysexits.h.
const wrongUsage = 64;
const cannotCreate = 73;

const command = parseCommand(process.argv.slice(2));
if (command.kind === 'help') {
  process.stdout.write(usage);
} else if (command.kind === 'table') {
  process.stdout.write(`${table};\n`);
} else if (command.kind === 'wrong') {
  process.stderr.write(`${command.message}; --help tells the options\n`);
  process.exitCode = wrongUsage;
} else {
  await main(command.settings);
}

async function main({ out, flights = dataset('flights-3m.parquet'), postgres, workers }: Settings): Promise<void> {
  try {
    await mkdir(dirname(out), { recursive: true });
  } catch (error) {
    process.stderr.write(`cannot make the folder of "${out}" (resolved to ${resolve(out)}): ${String(error)}\n`);
    process.exitCode = cannotCreate;
    return;
  }
  const run = flightDelays.start({ flights, report: out, postgres }, { workers });
  const progress = showProgress(run, process.stderr);
  const report = await runMain(run, { print: progress.note });
  progress.stop();
  if (report === undefined || report.read === 0) return;
  const isWritten = report.outcome === 'completed' || report.outcome === 'drained';
  const place = postgres === undefined ? out : `${out}, and the table flight_delays`;
  process.stdout.write(
    [...reportTable(report, paintFor(process.stdout)), `  ${isWritten ? 'Written' : 'Not written'}: ${place}`, '', ''].join('\n'),
  );
}
