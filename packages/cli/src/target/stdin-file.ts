import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { FileError } from '@millrace/connectors';
import type { Streams } from '../shell/streams.js';

/**
 * Gives a pipeline that comes by stdin a file in the working directory, from which its relative paths and modules are resolved, for as long
 * as it is being loaded; it is told of as `<stdin>`.
 *
 * @throws FileError when the working directory takes no file
 */
export async function withStdin<Result>(streams: Streams, load: (file: string) => Promise<Result>): Promise<Result> {
  const file = resolve(`.millrace-stdin-${randomUUID()}.yaml`);
  streams.rename(file, '<stdin>');
  const text = await buffer(process.stdin);
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    throw new FileError(
      `cannot keep the pipeline of stdin in ${dirname(file)}, from which its relative paths are resolved`,
      file,
      {
        cause,
      },
    );
  }
  try {
    return await load(file);
  } finally {
    await rm(file, { force: true });
  }
}
