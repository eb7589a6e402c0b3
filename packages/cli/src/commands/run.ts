import { resolve } from 'node:path';
import { loadConfig } from '@millrace/config';
import type { Command } from 'commander';
import { Option } from 'commander';
import { type Exit, exitOf, UsageError } from '../exit-codes.js';
import { type LogFormat, openLog } from '../run/open-log.js';
import { reported } from '../run/run-report.js';
import { type Outcome, runTarget } from '../run/run-target.js';
import { runAndWatch } from '../run/watch.js';
import { type Watched, watchedBy, watchedByBroken } from '../run/watched.js';
import { mainThread } from '../shell/printer-label.js';
import type { Streams } from '../shell/streams.js';
import { atLeastOne, environmentIn, loadEnvironment, setOption, wholeNumber } from '../target/flags.js';
import { isModule } from '../target/module-target.js';
import { openTarget } from '../target/open-target.js';

interface Flags {
  readonly set: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly limit?: number;
  readonly maxErrors?: string;
  readonly workers?: number;
  readonly report?: string;
  readonly quiet?: true;
  readonly watch?: true;
  readonly logFormat: LogFormat;
}

/** `millrace run`. */
export function addRun(command: Command, streams: Streams, done: (exit: Exit) => void): void {
  command
    .argument('<target>', 'pipeline file, -, or module#export')
    .addOption(setOption('a value over that of the file, or a param of the module; may be repeated'))
    .option('--env-file <file>', 'variables for the environment; those that are there already stand')
    .option('--limit <n>', 'read so many items at most', atLeastOne)
    .option('--max-errors <n|ratio>', 'items that may be skipped and dead-lettered: 10, or 1%')
    .option('--workers <n>', 'lanes for cpu stages; 0 runs them on the main thread', wholeNumber)
    .option('--report <file>', 'write what the run did as JSON')
    .option('--watch', 'run again whenever the file, its modules or its input files change')
    .option('--quiet', 'no progress and no table: only errors, and what tasks print')
    .addOption(new Option('--log-format <format>', 'of what goes to stderr').choices(['text', 'json']).default('text'))
    .action(async (target: string, flags: Flags) => done(await run(target, flags, streams)));
}

async function run(name: string, flags: Flags, streams: Streams): Promise<Exit> {
  if (flags.watch) return runWatched(name, flags, streams);
  const { set, limit, maxErrors, workers, quiet = false } = flags;
  const log = openLog(flags.logFormat, streams, { quiet, total: limit });
  const conclude = (outcome: Outcome) => reported(flags.report, name, outcome, log, streams);
  try {
    if (flags.envFile !== undefined) await loadEnvironment(flags.envFile);
    const target = await openTarget(name, { set, limit, maxErrors }, streams);
    return (await runTarget(target, { ...(workers !== undefined && { workers }) }, log, streams, conclude)).exit;
  } catch (error) {
    // What kept the run from beginning belongs into the report, too.
    await conclude({ ending: { failure: { error } }, exit: exitOf(error) });
    throw error;
  }
}

function runWatched(name: string, flags: Flags, streams: Streams): Promise<Exit> {
  if (name === '-') throw new UsageError('--watch needs a file: what comes by stdin does not change');
  // What modules print when they are imported here is told by the run, which imports them, too.
  streams.printed.direct({ printer: () => mainThread, onLine: () => {} });
  return runAndWatch({
    args: process.argv.slice(2).filter((argument) => argument !== '--watch'),
    watched: () => watchedOf(name, flags),
    tell: streams.tell,
  });
}

async function watchedOf(name: string, { set, envFile }: Flags): Promise<Watched> {
  if (isModule(name)) return { files: [resolve(name.replace(/#[^#]*$/, ''))], globs: [] };
  const own = envFile === undefined ? [] : [resolve(envFile)];
  try {
    // Not into the environment of this process: the runs, which have it, too, are to see the file as it is then.
    const env = envFile === undefined ? process.env : { ...(await environmentIn(envFile)), ...process.env };
    const { files, globs } = watchedBy(await loadConfig(name, { set, env }));
    return { files: [...files, ...own], globs };
  } catch {
    // The run says what is wrong.
    return { files: [...watchedByBroken(name).files, ...own], globs: [] };
  }
}
