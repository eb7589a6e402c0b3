import { randomUUID } from 'node:crypto';
import { chmod, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileError } from '@millrace/connectors';

/**
 * Puts a text in the place of that of a file, as a whole or not at all. Its mode is kept; a symbolic link is followed, not replaced.
 *
 * @throws FileError
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  let temporary: string | undefined;
  try {
    const path = await realpath(file);
    const { mode } = await stat(path);
    temporary = join(dirname(path), `.millrace-${randomUUID()}.tmp`);
    await writeFile(temporary, text, { flag: 'wx' });
    await chmod(temporary, mode & 0o7777);
    await rename(temporary, path);
  } catch (cause) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(`cannot write "${file}", which is as it was: ${why}`, file, { cause });
  }
}
