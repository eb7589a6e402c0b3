import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { FileError } from '@millrace/connectors';
import { type Command, Option } from 'commander';
import { UsageError } from '../exit-codes.js';
import { type Choices, choiceNames, choices, withDefaults } from '../init/choices.js';
import { projectFiles } from '../init/project.js';
import { askChoices, Questions } from '../init/questions.js';
import type { Streams } from '../shell/streams.js';

type Flags = Partial<Choices> & { readonly yes?: true };

/** `millrace init`. */
export function addInit(command: Command, streams: Streams): void {
  command
    .argument('[folder]', 'where; it is made when it is not there', '.')
    .option('--yes', 'do not ask: the defaults for what no option says');
  for (const name of choiceNames) {
    const { question, values } = choices[name];
    command.addOption(new Option(`--${name} <${name}>`, `${question} (the first is the default)`).choices(values));
  }
  command.action((folder: string, { yes, ...given }: Flags) => init(folder, given, yes === true, streams));
}

async function init(folder: string, given: Partial<Choices>, yes: boolean, streams: Streams): Promise<void> {
  const files = await (yes ? freeFiles(folder, withDefaults(given)) : agreedFiles(folder, given));
  if (files === undefined) {
    streams.tell('nothing was made');
    return;
  }
  const all = Object.entries(files);
  for (const [path, text] of all) await write(join(folder, path), text);
  streams.tell(`made ${all.length} files in ${resolve(folder)}\n\nNext:`);
  if (folder !== '.') streams.tell(`  cd ${folder}`);
  streams.tell('  npm install\n  npm test\n  npm start');
}

/** The files that are to be made. @throws UsageError when one of them is there */
async function freeFiles(folder: string, made: Choices): Promise<Readonly<Record<string, string>>> {
  const files = projectFiles(resolve(folder), made);
  const present = await presentOf(folder, Object.keys(files));
  if (present.length === 0) return files;
  throw new UsageError(`${folder} has ${present.join(', ')} already, and nothing is overwritten: choose another folder`);
}

/** Undefined when whoever is asked does not want them. @throws UsageError where nobody can be asked */
async function agreedFiles(folder: string, given: Partial<Choices>): Promise<Readonly<Record<string, string>> | undefined> {
  // Before anything is asked for nothing: most files are the same whatever is chosen.
  await freeFiles(folder, withDefaults(given));
  if (!process.stdin.isTTY) throw new UsageError('init asks before it writes, and stdin is no terminal: give --yes');
  const questions = new Questions(process.stdin, process.stderr);
  try {
    const made = await askChoices(questions, given);
    if (made === undefined) return undefined;
    const files = await freeFiles(folder, made);
    const answer = await questions.ask(`Make ${Object.keys(files).join(', ')} in ${resolve(folder)}? [Y/n] `);
    return answer !== undefined && /^(y|yes)?$/i.test(answer) ? files : undefined;
  } finally {
    questions.close();
  }
}

async function presentOf(folder: string, paths: readonly string[]): Promise<string[]> {
  const present = await Promise.all(
    paths.map((path) =>
      access(join(folder, path)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => present[index]);
}

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FileError(`cannot write "${path}": ${why}`, path, { cause: error });
  }
}
