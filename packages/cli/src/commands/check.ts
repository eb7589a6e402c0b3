import { checkConfig, formatProblem, type Problem } from '@millrace/config';
import type { EndCheck } from '@millrace/core';
import { type Command, Option } from 'commander';
import { type Exit, exitOf } from '../exit-codes.js';
import type { Streams } from '../shell/streams.js';
import { loadEnvironment, setOption } from '../target/flags.js';
import { loadDiscreetly } from '../target/load-discreetly.js';
import { isModule, moduleTarget } from '../target/module-target.js';
import { sarif } from './sarif.js';

interface Flags {
  readonly set: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly connect?: true;
  readonly format: 'text' | 'json' | 'sarif';
}

/** What was found in one target. */
export interface Checked {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** With `--connect`, where nothing else was wrong. */
  readonly ends?: readonly EndCheck[];
  readonly exit: Exit;
  /** The problems as text. */
  readonly lines: readonly string[];
}

/** `millrace check`. */
export function addCheck(command: Command, streams: Streams, done: (exit: Exit) => void): void {
  command
    .argument('<targets...>', 'pipeline files, or module#export')
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
    all.push(await (isModule(target) ? checkModule(target, flags) : checkFile(target, flags, streams)));
  await streams.data(streams.redacted(rendered(all, flags.format)));
  const errors = all.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error').length;
  const broken = all.filter(({ exit }) => exit !== 'ok').length;
  streams.tell(
    `${targets.length} checked, ${broken === 0 ? 'all well' : `${broken} not well, ${errors} ${errors === 1 ? 'error' : 'errors'}`}`,
  );
  return (['config', 'inputOutput', 'unavailable'] as const).find((exit) => all.some((one) => one.exit === exit)) ?? 'ok';
}

async function checkFile(file: string, { set, connect }: Flags, streams: Streams): Promise<Checked> {
  try {
    const { text, problems, loaded } = await loadDiscreetly(
      { set },
      streams,
      (options) => checkConfig(file, options),
      (checked) => checked.loaded?.secrets,
    );
    const lines = problems.map((problem) => formatProblem(problem, text));
    if (problems.some(({ severity }) => severity === 'error')) return { file, problems, lines, exit: 'config' };
    if (!connect || loaded === undefined) return { file, problems, lines, exit: 'ok' };
    return { file, problems, ...withEnds(file, lines, await loaded.pipeline.check(loaded.params)) };
  } catch (error) {
    return broken(file, error);
  }
}

async function checkModule(target: string, { set, connect }: Flags): Promise<Checked> {
  try {
    const module = await moduleTarget(target, { set });
    module.plan();
    if (!connect) return { file: target, problems: [], lines: [], exit: 'ok' };
    return { file: target, problems: [], ...withEnds(target, [], await module.check()) };
  } catch (error) {
    return broken(target, error);
  }
}

function withEnds(file: string, lines: readonly string[], ends: readonly EndCheck[]): Pick<Checked, 'ends' | 'lines' | 'exit'> {
  const failed = ends.filter(({ outcome }) => outcome === 'failed');
  const exit = failed.some(({ error }) => exitOf(error) === 'inputOutput') ? 'inputOutput' : 'unavailable';
  return { ends, lines: [...lines, ...ends.map((end) => endLine(file, end))], exit: failed.length === 0 ? 'ok' : exit };
}

const endNames = { source: 'source', sink: 'sink', deadLetters: 'dead letters' } as const;

function endLine(file: string, { name, end, outcome, error }: EndCheck): string {
  const what = { ok: 'can be opened', failed: messageOf(error), unknown: 'only a run can tell' }[outcome];
  return `${file}: ${endNames[end]} "${name}": ${what}`;
}

/** What has no place in a file: it cannot be read, or a module or its plan cannot stand. */
function broken(file: string, error: unknown): Checked {
  const found = exitOf(error);
  const exit = found === 'inputOutput' || found === 'unavailable' ? found : 'config';
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const message = messageOf(error);
  const problem: Problem = {
    ...{ file, line: 1, column: 1, length: 1, severity: 'error', message },
    rule: typeof code === 'string' ? code : 'error',
  };
  return { file, problems: [problem], exit, lines: [`${file}: error: ${message}`] };
}

function rendered(all: readonly Checked[], format: Flags['format']): string {
  if (format === 'sarif') return `${JSON.stringify(sarif(all.flatMap(({ problems }) => problems)), undefined, 2)}\n`;
  if (format === 'text') return all.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join('');
  const files = all.map(({ file, problems, ends }) => ({
    ...{ file, problems },
    ...(ends && { ends: ends.map(({ error, ...end }) => ({ ...end, ...(error !== undefined && { error: messageOf(error) }) })) }),
  }));
  return `${JSON.stringify({ files }, undefined, 2)}\n`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
