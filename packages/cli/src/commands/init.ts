import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { FileError } from '@millrace/connectors';
import type { Command } from 'commander';
import { UsageError } from '../exit-codes.js';
import { projectFiles } from '../init/project.js';
import type { Streams } from '../shell/streams.js';

/** `millrace init`. */
export function addInit(command: Command, streams: Streams): void {
  command
    .argument('[folder]', 'where; it is made when it is not there', '.')
    .option('--yes', 'do not ask')
    .action((folder: string, { yes }: { readonly yes?: true }) => init(folder, yes === true, streams));
}

async function init(folder: string, yes: boolean, streams: Streams): Promise<void> {
  const files = projectFiles(resolve(folder));
  const paths = Object.keys(files);
  const present = await presentOf(folder, paths);
  if (present.length > 0) {
    throw new UsageError(`${folder} has ${present.join(', ')} already, and nothing is overwritten: choose another folder`);
  }
  if (!yes && !(await agreed(folder, paths))) {
    streams.tell('nothing was made');
    return;
  }
  for (const [path, text] of Object.entries(files)) await write(join(folder, path), text);
  streams.tell(`made ${paths.length} files in ${resolve(folder)}\n\nNext:`);
  if (folder !== '.') streams.tell(`  cd ${folder}`);
  streams.tell('  npm install\n  npm test\n  npm start');
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

/** @throws UsageError where nobody can be asked */
async function agreed(folder: string, paths: readonly string[]): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('init asks before it writes, and stdin is no terminal: give --yes');
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`Make ${paths.join(', ')} in ${resolve(folder)}? [Y/n] `);
    return /^(y|yes)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
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
