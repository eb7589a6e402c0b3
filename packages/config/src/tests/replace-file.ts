import { randomUUID } from 'node:crypto';
import { access, chmod, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
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
    // The renaming would replace it all the same.
    await access(path, constants.W_OK);
    const { mode } = await stat(path);
    temporary = join(dirname(path), `.millrace-${randomUUID()}.tmp`);
    await writeFile(temporary, text, { flag: 'wx', mode: mode & 0o7777 });
    // The umask has taken some away.
    await chmod(temporary, mode & 0o7777);
    await renamed(temporary, path, text);
  } catch (cause) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(`cannot write "${file}", which is as it was: ${why}`, file, { cause });
  }
}

/** A file that is mounted by itself, as into a container, cannot be replaced: it is written where it is. */
async function renamed(temporary: string, path: string, text: string): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    await writeFile(path, text);
    await rm(temporary, { force: true });
  }
}
