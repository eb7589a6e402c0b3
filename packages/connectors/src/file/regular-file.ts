import { close, closeSync, constants, fstat, fstatSync, open, openSync, read, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { asRefusal, refusal } from './refusal.js';

/** The calls of the system, each with the descriptor of the file. */
interface Calls {
  readonly open: (path: string, flags: number) => Promise<number>;
  readonly stat: (file: number) => Promise<{ readonly size: number; isFile(): boolean; isDirectory(): boolean }>;
  readonly read: (file: number, into: Uint8Array, at: number, bytes: number, position: number) => Promise<number>;
  readonly close: (file: number) => Promise<void>;
}

const readAside = promisify(read);

/** For the main thread, which does not wait for a disk. */
const aside: Calls = {
  open: promisify(open),
  stat: promisify(fstat),
  read: async (...call) => (await readAside(...call)).bytesRead,
  close: promisify(close),
};

/**
 * For lanes, which have nothing else to do until they have their data: where all cores are busy, each call that is made aside waits for its
 * turn on one of them.
 */
const blocking: Calls = {
  open: async (path, flags) => openSync(path, flags),
  stat: async (file) => fstatSync(file),
  read: async (...call) => readSync(...call),
  close: async (file) => closeSync(file),
};

const calls = isMainThread ? aside : blocking;

/** A regular file that is read at any place. */
export class RegularFile {
  /** As the caller gave it. */
  readonly path: string;
  /** Bytes that it had when it was opened. */
  readonly size: number;
  readonly #file: number;

  private constructor(path: string, size: number, file: number) {
    this.path = path;
    this.size = size;
    this.#file = file;
  }

  /**
   * A relative path is resolved from the working directory of this moment.
   *
   * @param why it must be a regular file, for the error of one that is none
   * @throws FileError; the signal's reason
   */
  static async open(path: string, why: string, signal?: AbortSignal): Promise<RegularFile> {
    signal?.throwIfAborted();
    try {
      // Without O_NONBLOCK the opening of a pipe would wait for its writer.
      const file = await calls.open(resolve(path), constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const found = await calls.stat(file);
        if (found.isDirectory()) throw refusal('read', path, 'it is a folder');
        if (!found.isFile()) throw refusal('read', path, `it is no regular file, and ${why}`);
        signal?.throwIfAborted();
        return new RegularFile(path, found.size, file);
      } catch (error) {
        await calls.close(file);
        throw error;
      }
    } catch (error) {
      throw asRefusal('read', path, error);
    }
  }

  /**
   * The bytes from `start` up to `end`, fewer where the file ends before.
   *
   * @throws FileError
   */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    // Not zeroed before it is filled, and no Buffer, whose slice() is no copy.
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(end - start).buffer);
    let done = 0;
    while (done < bytes.length) {
      const count = await this.#readInto(bytes, done, start + done);
      if (count === 0) return bytes.subarray(0, done);
      done += count;
    }
    return bytes;
  }

  close(): Promise<void> {
    return calls.close(this.#file);
  }

  async #readInto(bytes: Uint8Array, done: number, position: number): Promise<number> {
    try {
      return await calls.read(this.#file, bytes, done, bytes.length - done, position);
    } catch (error) {
      throw asRefusal('read', this.path, error);
    }
  }
}
