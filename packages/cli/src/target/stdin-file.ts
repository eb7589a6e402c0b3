import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { FileError } from '@millrace/connectors';

/**
 * Gives a pipeline that comes by stdin a file in the working directory, from which its relative paths and modules are resolved, for as long
 * as it is being loaded.
 *
 * @throws FileError when the working directory takes no file
 */
export async function withStdin<Result>(load: (file: string) => Promise<Result>): Promise<Result> {
  const file = resolve(`.millrace-stdin-${randomUUID()}.yaml`);
  const text = await buffer(process.stdin);
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    throw new FileError(`cannot keep the pipeline of stdin in "${file}": its relative paths are resolved from there`, file, {
      cause,
    });
  }
  try {
    return await load(file);
  } finally {
    await rm(file, { force: true });
  }
}
