import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Column, type Paint, paintFor, reportTable, showProgress, table } from '@millrace/cli/console';
import { type RunReport, runMain } from '@millrace/core';
import { parseCommand, type Settings, usage } from './command-line.js';
import { dataset } from './dataset.js';
import { serveDepartures } from './departures-server.js';
import { readDepartures } from './departures-table.js';
import { nearestAirports } from './pipeline.js';

// Exit codes of sysexits.h.
const wrongUsage = 64;
const cannotCreate = 73;

const command = parseCommand(process.argv.slice(2));
if (command.kind === 'help') {
  process.stdout.write(usage);
} else if (command.kind === 'wrong') {
  process.stderr.write(`${command.message}; --help tells the options\n`);
  process.exitCode = wrongUsage;
} else {
  await main(command.settings);
}

async function main({ out, zipcodes = dataset('zipcodes.csv'), workers, latencyMs }: Settings): Promise<void> {
  if (!(await folderMade(out))) return;
  const paint = paintFor(process.stdout);
  const flights = await readDepartures(dataset('flights-airport.csv'));
  const server = await serveDepartures(flights, { latencyMs });
  try {
    const params = { zipcodes, airports: dataset('airports.csv'), departures: server.url, out };
    process.stdout.write(introduction(paint, { out, workers, latencyMs }));
    const run = nearestAirports.start(params, { workers });
    const progress = showProgress(run, process.stderr);
    const report = await runMain(run, { print: progress.note });
    progress.stop();
    if (report !== undefined) process.stdout.write(ending(report, paint, out));
  } finally {
    await server.close();
  }
}

async function folderMade(out: string): Promise<boolean> {
  try {
    await mkdir(dirname(out), { recursive: true });
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`cannot make the folder of "${out}" (resolved to ${resolve(out)}): ${error.message}\n`);
    process.exitCode = cannotCreate;
    return false;
  }
}

function introduction({ faint, strong }: Paint, { out, workers, latencyMs }: Omit<Settings, 'zipcodes'>): string {
  const stages = [
    ['csv', 'US ZIP codes, with their places', 'source'],
    ['nearest', 'the nearest of all airports, by great circle', workers === 0 ? 'cpu: main thread' : 'cpu: worker threads'],
    ['inline-1', 'only those within 10 km', 'inline: an RxJS filter'],
    ['departures', `how many flights leave it: an HTTP request of ${latencyMs} ms`, 'io: 64 at a time'],
    ['ndjson', out, 'sink'],
  ];
  const rows = stages.map(([name = '', ...rest]) => [{ text: name, paint: strong }, ...rest.map((text) => ({ text }))]);
  return ['', ...table(['stage', 'what it does', 'where it runs'].map(left), rows, faint), ''].join('\n');
}

/** The report; nothing for a run that failed before it read anything: its error was told. */
function ending(report: RunReport, paint: Paint, out: string): string {
  const whole = report.outcome === 'completed' || report.outcome === 'drained';
  if (!whole && report.read === 0) return '';
  return [...reportTable(report, paint), whole ? `  Written: ${out}` : `  Not written: ${out}`, '', ''].join('\n');
}

function left(title: string): Column {
  return { title, align: 'left' };
}
