import { readFile } from 'node:fs/promises';
import util from 'node:util';
import { FileError } from '@millrace/connectors';
import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../exit-codes.js';

/** `--set a.b=v`, which may be repeated; the last one of a path wins. */
export function setOption(doc: string): Option {
  return new Option('--set <path=value>', doc).argParser(gatherSet).default({}, 'none');
}

function gatherSet(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be path=value, as in stages.parse.workers=2.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

export function atLeastOne(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

/**
 * Puts the variables of a file into the environment, of this process and so of the workers. Those that are there already stand.
 *
 * @throws FileError, UsageError
 */
export async function loadEnvironment(path: string): Promise<void> {
  for (const [name, value] of Object.entries(await environmentIn(path))) process.env[name] ??= value;
}

/** The variables of a file. @throws FileError, UsageError */
export async function environmentIn(path: string): Promise<Readonly<Record<string, string | undefined>>> {
  if (util.parseEnv === undefined) throw new UsageError('--env-file needs Node.js 20.12 or later');
  try {
    return util.parseEnv(await readFile(path, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FileError(`cannot read the environment file "${path}": ${why}`, path, { cause: error });
  }
}
