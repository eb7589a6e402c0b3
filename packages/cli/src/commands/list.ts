import { nearest } from '@millrace/core/options';
import { type Command, Option } from 'commander';
import { asItIs } from '../console/paint.js';
import { prose } from '../console/prose.js';
import { UsageError } from '../exit-codes.js';
import type { Streams } from '../shell/streams.js';
import { catalogue, type Entry, type OptionText } from './catalogue.js';

type Format = 'text' | 'json';

const formatOption = () => new Option('--format <format>', 'of what goes to stdout').choices(['text', 'json']).default('text');

/** `millrace list`. */
export function addList(command: Command, streams: Streams): void {
  command
    .addOption(formatOption())
    .action(({ format }: { readonly format: Format }) => streams.data(format === 'json' ? json(named()) : listText()));
}

/** `millrace describe`. */
export function addDescribe(command: Command, streams: Streams): void {
  command
    .argument('<name>', 'as list has it: csv, csv.read, io')
    .addOption(formatOption())
    .action((name: string, { format }: { readonly format: Format }) => {
      const entries = found(name);
      return streams.data(format === 'json' ? json(entries) : `${entries.flatMap(describe).join('\n')}`);
    });
}

const entries = Object.values(catalogue).flat();

function found(name: string): readonly Entry[] {
  const matching = entries.filter((entry) => entry.name === name || entry.title === name);
  if (matching.length > 0) return matching;
  const names = [...new Set(entries.flatMap((entry) => [entry.name, entry.title]))];
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  throw new UsageError(`there is nothing named "${name}"${hint}; \`millrace list\` tells what there is`);
}

function named(): object {
  return Object.fromEntries(
    Object.entries(catalogue).map(([kind, all]) => [kind, all.map(({ name, title, doc }) => ({ name, title, doc }))]),
  );
}

function listText(): string {
  return Object.entries(catalogue)
    .map(([kind, all]) => `${kind}\n${all.map(({ title, doc }) => `  ${title.padEnd(16)}${doc}\n`).join('')}`)
    .join('\n');
}

function describe({ title, doc, options }: Entry): string[] {
  return [`${title}: ${doc}`, '', ...options.flatMap(optionLines), ''];
}

function optionLines({ name, allowed, absent, doc }: OptionText): string[] {
  const told = absent === 'required' ? 'required' : `absent: ${absent}`;
  return [`  ${name} (${told})`, ...prose([doc, `It must be ${allowed}.`], asItIs).map((line) => `    ${line}`)];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
