import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { FileError } from '@millrace/connectors';
import type { Streams } from '../shell/streams.js';

/**
 * Gives a pipeline that comes by stdin a file in the working directory, from which its relative paths and modules are resolved, for as long
 * as it is used; it is told of as `<stdin>`.
 *
 * @throws FileError when the working directory takes no file
 */
export async function withStdin<Result>(streams: Streams, use: (file: string) => Promise<Result>): Promise<Result> {
  const file = resolve(`.millrace-stdin-${randomUUID()}.yaml`);
  streams.rename(file, '<stdin>');
  const text = await buffer(process.stdin);
  const remove = removedAtEnd(file);
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    remove();
    throw new FileError(
      `cannot keep the pipeline of stdin in ${dirname(file)}, from which its relative paths are resolved`,
      file,
      {
        cause,
      },
    );
  }
  try {
    return await use(file);
  } finally {
    remove();
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Removes the file at the end of the program, too, by whatever that comes: a signal, or a call of `process.exit`. @returns removes it now */
function removedAtEnd(file: string): () => void {
  const remove = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off('exit', remove);
    rmSync(file, { force: true });
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    remove();
    // Where nobody else listens it ends the program, as it would have without this listener.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  process.on('exit', remove);
  return remove;
}
