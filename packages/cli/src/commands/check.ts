import { checkConfig, formatProblem, type Problem } from '@millrace/config';
import type { EndCheck } from '@millrace/core';
import { type Command, Option } from 'commander';
import { type Exit, exitOf } from '../exit-codes.js';
import type { Streams } from '../shell/streams.js';
import { loadEnvironment, setOption } from '../target/flags.js';
import { loadDiscreetly } from '../target/load-discreetly.js';
import { isModule, moduleTarget } from '../target/module-target.js';
import { withStdin } from '../target/stdin-file.js';
import { sarif } from './sarif.js';

interface Flags {
  readonly set: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly connect?: true;
  readonly format: 'text' | 'json' | 'sarif';
}

/** A source or sink, with what it said as text, without secrets. */
type EndText = Omit<EndCheck, 'error'> & { readonly error?: string };

type Redacted = Streams['redacted'];

/** What was found in one target. */
export interface Checked {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** With `--connect`, where nothing else was wrong. */
  readonly ends?: readonly EndText[];
  readonly exit: Exit;
  /** The problems as text. */
  readonly lines: readonly string[];
}

/** `millrace check`. */
export function addCheck(command: Command, streams: Streams, done: (exit: Exit) => void): void {
  command
    .argument('<targets...>', 'pipeline files, -, or module#export')
    .addOption(setOption('a value over that of the file; may be repeated'))
    .option('--env-file <file>', 'variables for the environment; those that are there already stand')
    .option('--connect', 'also ask sources and sinks whether they could be opened')
    .addOption(new Option('--format <format>', 'of what goes to stdout').choices(['text', 'json', 'sarif']).default('text'))
    .action(async (targets: readonly string[], flags: Flags) => done(await check(targets, flags, streams)));
}

async function check(targets: readonly string[], flags: Flags, streams: Streams): Promise<Exit> {
  if (flags.envFile !== undefined) await loadEnvironment(flags.envFile);
  const all: Checked[] = [];
  for (const target of targets)
    all.push(await (isModule(target) ? checkModule(target, flags, streams.redacted) : checkFile(target, flags, streams)));
  await streams.data(rendered(all, flags.format));
  const errors = all.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error').length;
  const broken = all.filter(({ exit }) => exit !== 'ok').length;
  streams.show(
    `${targets.length} checked, ${broken === 0 ? 'all well' : `${broken} not well, ${errors} ${errors === 1 ? 'error' : 'errors'}`}\n`,
  );
  return (['config', 'inputOutput', 'unavailable'] as const).find((exit) => all.some((one) => one.exit === exit)) ?? 'ok';
}

async function checkFile(name: string, flags: Flags, streams: Streams): Promise<Checked> {
  const file = name === '-' ? '<stdin>' : name;
  try {
    const check = (path: string) => checkPath(path, file, flags, streams);
    return await (name === '-' ? withStdin(streams, check) : check(name));
  } catch (error) {
    return broken(file, error, streams.redacted);
  }
}

/** @param file what it is called */
async function checkPath(path: string, file: string, { set, connect }: Flags, streams: Streams): Promise<Checked> {
  const { text, loaded, ...found } = await loadDiscreetly(
    { set },
    streams,
    (options) => checkConfig(path, options),
    (checked) => checked.loaded?.secrets,
  );
  const problems = found.problems.map((problem) => ({ ...problem, file }));
  const lines = problems.map((problem) => formatProblem(problem, text));
  if (problems.some(({ severity }) => severity === 'error')) return { file, problems, lines, exit: 'config' };
  if (!connect || loaded === undefined) return { file, problems, lines, exit: 'ok' };
  return { file, problems, ...withEnds(file, lines, await loaded.pipeline.check(loaded.params), streams.redacted) };
}

async function checkModule(target: string, { set, connect }: Flags, redacted: Redacted): Promise<Checked> {
  try {
    const module = await moduleTarget(target, { set });
    module.plan();
    if (!connect) return { file: target, problems: [], lines: [], exit: 'ok' };
    return { file: target, problems: [], ...withEnds(target, [], await module.check(), redacted) };
  } catch (error) {
    return broken(target, error, redacted);
  }
}

function withEnds(
  file: string,
  lines: readonly string[],
  checked: readonly EndCheck[],
  redacted: Redacted,
): Pick<Checked, 'ends' | 'lines' | 'exit'> {
  const ends = checked.map(
    ({ error, ...end }): EndText => ({
      ...{ ...end, name: redacted(end.name) },
      ...(error !== undefined && { error: redacted(messageOf(error)) }),
    }),
  );
  const failed = checked.filter(({ outcome }) => outcome === 'failed');
  const exit = failed.some(({ error }) => exitOf(error) === 'inputOutput') ? 'inputOutput' : 'unavailable';
  return { ends, lines: [...lines, ...ends.map((end) => endLine(file, end))], exit: failed.length === 0 ? 'ok' : exit };
}

const endNames = { source: 'source', sink: 'sink', deadLetters: 'dead letters' } as const;

function endLine(file: string, { name, end, outcome, error = '' }: EndText): string {
  const what = { ok: 'can be opened', failed: error, unknown: 'only a run can tell' }[outcome];
  return `${file}: ${endNames[end]} "${name}": ${what}`;
}

/** What has no place in a file: it cannot be read, or a module or its plan cannot stand. */
function broken(file: string, error: unknown, redacted: Redacted): Checked {
  const found = exitOf(error);
  const exit = found === 'inputOutput' || found === 'unavailable' ? found : 'config';
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const message = redacted(messageOf(error));
  const problem: Problem = {
    ...{ file, line: 1, column: 1, length: 1, severity: 'error', message },
    rule: typeof code === 'string' ? code : 'error',
  };
  return { file, problems: [problem], exit, lines: [`${file}: error: ${message}`] };
}

function rendered(all: readonly Checked[], format: Flags['format']): string {
  if (format === 'sarif') return `${JSON.stringify(sarif(all.flatMap(({ problems }) => problems)), undefined, 2)}\n`;
  if (format === 'text') return all.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join('');
  const files = all.map(({ file, problems, ends }) => ({ file, problems, ...(ends && { ends }) }));
  return `${JSON.stringify({ files }, undefined, 2)}\n`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
