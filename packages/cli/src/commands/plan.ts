import type { ResolvedValue } from '@millrace/config';
import { explain } from '@millrace/core';
import { type Command, Option } from 'commander';
import { asItIs } from '../console/paint.js';
import { table } from '../console/table.js';
import type { Exit } from '../exit-codes.js';
import type { Streams } from '../shell/streams.js';
import { veiled } from '../shell/veiled.js';
import { loadEnvironment, setOption } from '../target/flags.js';
import { openTarget } from '../target/open-target.js';
import { mermaid } from './mermaid.js';

interface Flags {
  readonly set: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly format: 'text' | 'json' | 'mermaid';
}

/** `millrace plan`. */
export function addPlan(command: Command, streams: Streams, done: (exit: Exit) => void): void {
  command
    .argument('<target>', 'pipeline file, -, or module#export')
    .addOption(setOption('a value over that of the file, or a param of the module; may be repeated'))
    .option('--env-file <file>', 'variables for the environment; those that are there already stand')
    .addOption(new Option('--format <format>', 'of what goes to stdout').choices(['text', 'json', 'mermaid']).default('text'))
    .action(async (target: string, flags: Flags) => done(await tellPlan(target, flags, streams)));
}

async function tellPlan(name: string, { set, envFile, format }: Flags, streams: Streams): Promise<Exit> {
  if (envFile !== undefined) await loadEnvironment(envFile);
  const target = await openTarget(name, { set }, streams);
  const plan = target.plan();
  const values = (target.loaded?.values ?? []).map((each) => told(each, streams));
  const { redacted, isSecret } = streams;
  // In the plan, unlike the values, secrets stand as they are: a capacity may be one.
  const text = {
    text: () => [...valueLines(values), redacted(explain(plan))].join('\n'),
    json: () => JSON.stringify({ target: name, values, plan: veiled(plan, { text: redacted, isSecret }) }, undefined, 2),
    mermaid: () => redacted(mermaid(plan)),
  }[format]();
  await streams.data(`${text}\n`);
  return 'ok';
}

/** The loader has taken secrets out where it knows them as they are; what the table of options says is not the user's. */
function told(given: ResolvedValue, { redacted }: Streams): ResolvedValue {
  if (given.origin === 'default') return given;
  return { ...given, value: veiled(given.value, { text: redacted, keys: true }), origin: redacted(given.origin) };
}

function valueLines(values: readonly ResolvedValue[]): string[] {
  if (values.length === 0) return [];
  const rows = values.map(({ path, value, origin }) => [path, valueText(value, origin), origin].map((text) => ({ text })));
  const columns = ['value', 'is', 'from'].map((title) => ({ title, align: 'left' as const }));
  return [...table(columns, rows, asItIs), ''];
}

/** A default is told in words, where it is not one value. */
function valueText(value: unknown, origin: string): string {
  if (typeof value === 'string' && origin === 'default') return value;
  return JSON.stringify(value) ?? 'undefined';
}
