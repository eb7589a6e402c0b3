import { randomUUID } from 'node:crypto';
import { access, constants, type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { linkTarget, orNone } from './link-target.js';
import { asRefusal, refusal } from './refusal.js';

/** A file being written, invisible under its own name until `commit`. Calls never overlap; `commit` or `abort` is the last one. */
export interface OutputFile {
  /** What the commit replaces: an absolute path, symbolic links followed. Absent for a stream. */
  readonly target?: string;
  /**
   * Takes all of the bytes, or fails.
   *
   * @param signal of the write: once it has aborted, the caller may hold the bytes for not written and bring them again. So none of them count
   * then, and the call rejects with its reason; of a stream that cannot take back what it has, they do
   */
  readonly append: (bytes: Uint8Array, signal?: AbortSignal) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

/** Where a file will lie, once it is known that it can. */
interface Target {
  readonly absolute: string;
  /** Mode of the file that will be replaced. */
  readonly mode: number | undefined;
}

/** Sees whether the file could be written.
 * @throws FileError */
export async function checkWritable(path: string): Promise<void> {
  try {
    const { absolute } = await findTarget(path);
    await access(dirname(absolute), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw asRefusal('write', path, error);
  }
}

/**
 * A file that appears whole or not at all: bytes go to a temporary file `.millrace-….tmp` in the same folder, which is flushed to the
 * disk and renamed at the commit, and removed by an abort. An existing file stays as it is until the commit, and its mode is kept; a
 * symbolic link is followed, not replaced, also one that leads to no file yet. Only a program that is killed leaves the temporary file behind.
 */
export class AtomicFile implements OutputFile {
  readonly #path: string;
  readonly target: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  #state: 'open' | 'ended' = 'open';
  #length = 0;

  private constructor(path: string, absolute: string, temporary: string, handle: FileHandle) {
    this.#path = path;
    this.target = absolute;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** A relative path is resolved from the working directory of this moment.
   * @throws FileError */
  static async create(path: string): Promise<AtomicFile> {
    try {
      const { absolute, mode } = await findTarget(path);
      const temporary = join(dirname(absolute), `.millrace-${randomUUID()}.tmp`);
      const handle = await open(temporary, 'wx');
      const file = new AtomicFile(path, absolute, temporary, handle);
      try {
        if (mode !== undefined) await handle.chmod(mode & 0o7777);
      } catch (error) {
        await file.abort();
        throw error;
      }
      return file;
    } catch (error) {
      throw asRefusal('write', path, error);
    }
  }

  /** Writes at a position of its own counting: after a failure none of the bytes count, and a repeated call overwrites them. */
  async append(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#length + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw asRefusal('write', this.#path, error);
    }
    signal?.throwIfAborted();
    this.#length += bytes.length;
  }

  async commit(): Promise<void> {
    try {
      // A failed call may have left bytes behind those that count.
      await this.#handle.truncate(this.#length);
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#temporary, this.target);
    } catch (error) {
      await this.abort();
      throw asRefusal('write', this.#path, error);
    }
    this.#state = 'ended';
    await syncFolder(dirname(this.target));
  }

  /** Also ends what a failed commit left; a second one is ignored. */
  async abort(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    try {
      await this.#handle.close();
    } finally {
      await rm(this.#temporary, { force: true });
    }
  }
}

async function findTarget(path: string): Promise<Target> {
  // `resolve` takes the slash away, and a file would lie where a folder is meant.
  if (path.endsWith('/') || path.endsWith(sep))
    throw refusal('write', path, 'it is the name of a folder, as it ends with a slash');
  const absolute = await linkTarget(resolve(path), path);
  const folder = dirname(absolute);
  const holder = await orNone(stat(folder));
  if (holder === undefined) throw refusal('write', path, `the folder ${folder} does not exist; make it first`);
  if (!holder.isDirectory()) throw refusal('write', path, `${folder} is not a folder`);
  const present = await orNone(stat(absolute));
  if (present?.isDirectory()) throw refusal('write', path, 'it is a folder');
  // A device or a pipe would be replaced by the rename, not written to.
  if (present !== undefined && !present.isFile()) throw refusal('write', path, 'it is no regular file');
  return { absolute, mode: present?.mode };
}

/** Makes the rename itself last through a power cut, where the system lets a folder be flushed; the file is complete without it. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(folder, 'r');
  } catch {
    return;
  }
  try {
    await handle.sync();
  } catch {
    // EINVAL or EPERM: this file system has no such flush.
  } finally {
    await handle.close();
  }
}
