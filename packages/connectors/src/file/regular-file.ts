import { constants, type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { asRefusal, refusal } from './refusal.js';

/** A regular file that is read at any place. */
export class RegularFile {
  /** As the caller gave it. */
  readonly path: string;
  /** Bytes that it had when it was opened. */
  readonly size: number;
  readonly #handle: FileHandle;

  private constructor(path: string, size: number, handle: FileHandle) {
    this.path = path;
    this.size = size;
    this.#handle = handle;
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
      const handle = await open(resolve(path), constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const found = await handle.stat();
        if (found.isDirectory()) throw refusal('read', path, 'it is a folder');
        if (!found.isFile()) throw refusal('read', path, `it is no regular file, and ${why}`);
        signal?.throwIfAborted();
        return new RegularFile(path, found.size, handle);
      } catch (error) {
        await handle.close();
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
    const bytes = new Uint8Array(end - start);
    let done = 0;
    while (done < bytes.length) {
      const count = await this.#readInto(bytes, done, start + done);
      if (count === 0) return bytes.subarray(0, done);
      done += count;
    }
    return bytes;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #readInto(bytes: Uint8Array, done: number, position: number): Promise<number> {
    try {
      return (await this.#handle.read(bytes, done, bytes.length - done, position)).bytesRead;
    } catch (error) {
      throw asRefusal('read', this.path, error);
    }
  }
}
