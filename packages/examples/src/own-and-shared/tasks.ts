import { appendFile } from 'node:fs/promises';
import { type ProcessQueue, type SharedValue, task } from '@millrace/workers';

/** A variable of this module. Each worker imports the module for itself. */
let visits = 0;
const variable = 'MILLRACE_VISITOR';

/** What can be seen from where it is called. */
export function lookAround() {
  return { pid: process.pid, visits, env: process.env[variable] ?? 'unset', folder: process.cwd() };
}

export interface Errand {
  readonly basket: string[];
  /** To write into. */
  readonly file: string;
  /** To go to. */
  readonly folder: string;
  readonly letters: ProcessQueue<string>;
}

/** Changes all that it can reach, and tells what it sees then. */
export const visit = task(import.meta, 'visit', async ({ basket, file, folder, letters }: Errand) => {
  visits += 1;
  basket.push('pear');
  process.env[variable] = 'set';
  const refused = goTo(folder);
  await appendFile(file, 'a line\n');
  await letters.put('a letter');
  return { ...lookAround(), basket, refused };
});

export const addOne = task(import.meta, 'add-one', (counter: SharedValue<'int32'>) => {
  counter.add(1);
});

/** Threads may not: the working directory is that of the process, which is not theirs alone. */
function goTo(folder: string): string | undefined {
  try {
    process.chdir(folder);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
