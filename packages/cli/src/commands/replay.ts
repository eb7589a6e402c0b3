import { relative } from 'node:path';
import { type LoadedConfig, type NumberRange, type Replay, replayConfig, type Settled } from '@millrace/config';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Exit, exitOf, UsageError } from '../exit-codes.js';
import { type LogFormat, openLog } from '../run/open-log.js';
import { reported } from '../run/run-report.js';
import { type Outcome, runTarget } from '../run/run-target.js';
import type { Streams } from '../shell/streams.js';
import { loadEnvironment, setOption, wholeNumber } from '../target/flags.js';
import { loadFile } from '../target/load-file.js';
import { isModule } from '../target/module-target.js';

interface Flags {
  readonly stage?: readonly string[];
  readonly only?: readonly NumberRange[];
  readonly dryRun?: true;
  readonly out?: string;
  readonly rejects?: string;
  readonly set: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly maxErrors?: string;
  readonly workers?: number;
  readonly report?: string;
  readonly quiet?: true;
  readonly logFormat: LogFormat;
}

/** `millrace dlq replay`. */
export function addReplay(dlq: Command, streams: Streams, done: (exit: Exit) => void): void {
  dlq
    .command('replay')
    .description('put dead letters into their pipeline again, each at the stage that rejected it')
    .argument('<pipeline>', 'pipeline file, or -')
    .argument('[file]', 'file of dead letters; without it the one that the pipeline file names')
    .option('--stage <name>', 'only those of this stage; may be repeated', (name: string, before: string[] = []) => [
      ...before,
      name,
    ])
    .option('--only <numbers>', 'only these, as ls numbers them: 0,3-5', ranges)
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--out <file>', 'what the sink writes, in the place of its own file; - is stdout')
    .option('--rejects <file>', 'where letters of what fails again go; the file of dead letters then stays as it is')
    .addOption(setOption('a value over that of the pipeline file; may be repeated'))
    .option('--env-file <file>', 'variables for the environment; those that are there already stand')
    .option('--max-errors <n|ratio>', 'items that may fail again: 10, or 1%; without it all of them')
    .option('--workers <n>', 'lanes for cpu stages; 0 runs them on the main thread', wholeNumber)
    .option('--report <file>', 'write what the run did as JSON')
    .option('--quiet', 'no progress and no table: only errors, and what tasks print')
    .addOption(new Option('--log-format <format>', 'of what goes to stderr').choices(['text', 'json']).default('text'))
    .action(async (pipeline: string, file: string | undefined, flags: Flags) => {
      done(await replayLetters(pipeline, file, flags, streams));
    });
}

function ranges(text: string): readonly NumberRange[] {
  return text.split(',').map((part) => {
    const [from = Number.NaN, to = from] = part.split('-').map(wholeNumber);
    if (part.split('-').length > 2 || to < from) throw new InvalidArgumentError('It must be numbers and ranges, as in 0,3-5.');
    return { from, to };
  });
}

async function replayLetters(name: string, file: string | undefined, flags: Flags, streams: Streams): Promise<Exit> {
  if (isModule(name)) {
    throw new UsageError(
      `dead letters can be replayed into pipeline files, and ${name} is a module: what leads from a stage to the sinks is known to its code alone`,
    );
  }
  const log = openLog(flags.logFormat, streams, { quiet: flags.quiet ?? false });
  let replay: Replay;
  try {
    if (flags.envFile !== undefined) await loadEnvironment(flags.envFile);
    replay = await replayOf(await load(name, flags, streams), file, flags);
  } catch (error) {
    await reported(flags.report, name, { ending: { failure: { error } }, exit: exitOf(error) }, log, streams);
    throw error;
  }
  const { entries, staying } = replay;
  const { redacted } = streams;
  if (flags.dryRun) await streams.data(`${[...told(replay, redacted), ...(await obstacle(replay, redacted))].join('\n')}\n`);
  else if (entries.size > 0) return replayed(name, replay, flags, streams);
  else log.note(told(replay, redacted).join('\n'));
  return staying.length > 0 ? 'rejects' : 'ok';
}

function replayOf(loaded: LoadedConfig, file: string | undefined, flags: Flags): Promise<Replay> {
  const { stage, only, out, rejects, maxErrors } = flags;
  return replayConfig(loaded, { file, stages: stage, numbers: only, out, rejects, keepsMaxErrors: maxErrors !== undefined });
}

function load(name: string, { set, maxErrors }: Flags, streams: Streams): Promise<LoadedConfig> {
  return loadFile(name, { set: { ...set, ...(maxErrors !== undefined && { 'errors.maxErrors': maxErrors }) } }, streams);
}

async function replayed(name: string, replay: Replay, flags: Flags, streams: Streams): Promise<Exit> {
  const { workers, report, quiet = false, logFormat } = flags;
  const total = [...replay.entries.values()].reduce((sum, count) => sum + count, 0);
  const log = openLog(logFormat, streams, { quiet, total });
  const { redacted } = streams;
  if (!quiet) log.note(told(replay, redacted).join('\n'));
  // A signal that comes while the lock is there and the run does not listen, or its letters are put back, is not to end the program in between.
  const later = (): void => {};
  process.on('SIGINT', later).on('SIGTERM', later);
  try {
    const lock = await replay.lock();
    const conclude = async (outcome: Outcome): Promise<Outcome> => {
      const { exit, ended } = await concluded(replay, outcome, { tell: quiet ? () => {} : log.note, warn: log.note, redacted });
      if (ended) await lock.release().catch((error: unknown) => log.note(redacted(String(error))));
      return reported(report, name, { ...outcome, exit }, log, streams);
    };
    const options = workers === undefined ? {} : { workers };
    const { exit } = await runTarget(replay, options, log, streams, conclude).catch(async (error: unknown) => {
      // It has not begun.
      await lock.release();
      throw error;
    });
    return exit;
  } finally {
    process.off('SIGINT', later).off('SIGTERM', later);
  }
}

interface Conclusion {
  readonly exit: Exit;
  /** Whether the file of dead letters says what is left: else nobody should replay it before it has been looked at. */
  readonly ended: boolean;
}

type Change = Streams['redacted'];

interface Teller {
  /** What is well is told when it is asked for. */
  readonly tell: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly redacted: Change;
}

/** Puts what is left back into the file of dead letters. Never rejects. */
async function concluded(replay: Replay, { ending, exit }: Outcome, { tell, warn, redacted }: Teller): Promise<Conclusion> {
  const { report, failure } = ending;
  try {
    if (failure !== undefined || report === undefined) {
      const uncertain = await replay.undo(report);
      if (uncertain !== undefined) {
        const again = (report?.deadLetters?.written ?? 0) > 0 ? `; letters of what failed again are in ${replay.rejects}` : '';
        warn(redacted(`${replay.file} is as it was: ${uncertain}; ${afterwards(replay)}${again}`));
      }
      return { exit, ended: uncertain === undefined };
    }
    const settled = await replay.settle(report);
    tell(leftText(replay, settled, redacted));
    const { unsettled } = settled;
    if (unsettled !== undefined) {
      warn(redacted(`${replay.file} is as it was: ${unsettled}; letters of what failed again are in ${replay.rejects}`));
    }
    const someStay = replay.staying.length > 0 || unsettled !== undefined;
    return { exit: exit === 'ok' && someStay ? 'rejects' : exit, ended: true };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const done =
      failure === undefined ? 'what was replayed has been delivered, and its letters are still there' : 'nothing was delivered';
    warn(redacted(`${replay.file} is as it was: ${why}; ${done}; what failed again is in ${replay.rejects}`));
    return { exit: exitOf(error), ended: false };
  }
}

function afterwards({ file }: Replay): string {
  return `see what was delivered, take that out of the dead letters, and remove ${file}.replaying`;
}

function leftText(
  { file, notChosen, staying }: Replay,
  { replayed: count, failedAgain, remain }: Settled,
  redacted: Change,
): string {
  const kept = staying.reduce((sum, each) => sum + each.count, 0);
  const parts = [
    [failedAgain, 'failed again'],
    [kept, 'cannot be replayed'],
    [notChosen, 'not chosen'],
  ] as const;
  const why = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return `${redacted(shown(file))}: ${count} replayed, ${remain} left${why.length === 0 ? '' : ` (${why.join(', ')})`}`;
}

/** What a replay does, line by line. Its counts are not the user's, and so not redacted. */
function told({ file, total, entries, staying, notChosen, sinks }: Replay, redacted: Change): string[] {
  return [
    `${redacted(shown(file))}: ${total} dead ${total === 1 ? 'letter' : 'letters'}`,
    ...[...entries].map(([stage, count]) => `  into ${redacted(stage)}: ${count}`),
    ...staying.map(
      ({ why, count, first }) =>
        `  left: ${count}, ${redacted(why)} (${count === 1 ? 'number' : 'the first is number'} ${first})`,
    ),
    ...(notChosen === 0 ? [] : [`  left: ${notChosen}, not chosen`]),
    ...sinks.map(
      (sink) =>
        `  to the sink ${redacted(sink.name)}${sink.file === undefined ? '' : `: ${sink.file === '-' ? 'stdout' : redacted(shown(sink.file))}`}`,
    ),
  ];
}

/** What it would be refused for. */
async function obstacle({ locked }: Replay, redacted: Change): Promise<string[]> {
  const why = await locked();
  return why === undefined ? [] : [`  refused: ${redacted(why)}`];
}

/** As short as it can be from here. */
function shown(file: string): string {
  const short = relative('', file);
  return short.startsWith('..') ? file : short;
}
