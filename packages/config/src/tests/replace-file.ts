import { randomUUID } from 'node:crypto';
import { access, chmod, chown, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileError } from '@millrace/connectors';

/**
 * Puts a text in the place of that of a file, as a whole or not at all. Its mode is kept, and its owner where that may be; a symbolic link is
 * followed, not replaced.
 *
 * @throws FileError
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  let temporary: string | undefined;
  try {
    const path = await realpath(file);
    // The renaming would replace it all the same.
    await access(path, constants.W_OK);
    const { mode: type, uid, gid } = await stat(path);
    const mode = type & 0o7777;
    temporary = join(dirname(path), `.millrace-${randomUUID()}.tmp`);
    await writeFile(temporary, text, { flag: 'wx', mode });
    // Who is root, as in a container, must not take the file away from its owner; others may not give it.
    await chown(temporary, uid, gid).catch(() => undefined);
    // The umask has taken some away, and so may the change of the owner.
    await chmod(temporary, mode);
    if (await renamed(temporary, path)) return;
  } catch (cause) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    throw new FileError(`cannot write "${file}", which is as it was: ${whyOf(cause)}`, file, { cause });
  }
  try {
    await writeFile(file, text);
    await rm(temporary, { force: true });
  } catch (cause) {
    throw new FileError(`cannot write "${file}" to its end: ${whyOf(cause)}; all of the text is in ${temporary}`, file, {
      cause,
    });
  }
}

/** False for a file that is mounted by itself, as into a container: it cannot be replaced, and is to be written where it is. */
async function renamed(temporary: string, path: string): Promise<boolean> {
  try {
    await rename(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}

function whyOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
