import { constants, type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DataError } from '../errors.js';
import { asRefusal, refusal } from '../file/refusal.js';

/** A regular file that is read at any place. */
export class Input {
  readonly byteLength: number;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, byteLength: number, signal: AbortSignal) {
    this.path = path;
    this.#handle = handle;
    this.byteLength = byteLength;
    this.signal = signal;
  }

  /** A relative path is resolved from the working directory of this moment.
   * @throws FileError; the signal's reason */
  static async open(path: string, signal: AbortSignal): Promise<Input> {
    signal.throwIfAborted();
    try {
      // Without O_NONBLOCK the opening of a pipe would wait for its writer.
      const handle = await open(resolve(path), constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const found = await handle.stat();
        if (found.isDirectory()) throw refusal('read', path, 'it is a folder');
        if (!found.isFile()) throw refusal('read', path, 'it is no regular file, and Parquet is read from its end');
        signal.throwIfAborted();
        return new Input(path, handle, found.size, signal);
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw asRefusal('read', path, error);
    }
  }

  /** The bytes from `start` up to `end`, all of them.
   * @throws FileError and DataError; the signal's reason */
  async slice(start: number, end: number = this.byteLength): Promise<ArrayBuffer> {
    this.signal.throwIfAborted();
    if (!(start >= 0 && start <= end && end <= this.byteLength)) {
      throw new DataError(
        this.path,
        1,
        1,
        `the Parquet file is corrupt: it refers to bytes ${start} to ${end} of ${this.byteLength}`,
      );
    }
    const bytes = new Uint8Array(end - start);
    for (let done = 0; done < bytes.length; ) {
      const bytesRead = await this.#read(bytes, done, start + done);
      if (bytesRead === 0) throw new DataError(this.path, 1, 1, 'the file was cut while it was read');
      done += bytesRead;
    }
    return bytes.buffer;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #read(bytes: Uint8Array, done: number, position: number): Promise<number> {
    try {
      return (await this.#handle.read(bytes, done, bytes.length - done, position)).bytesRead;
    } catch (error) {
      throw asRefusal('read', this.path, error);
    }
  }
}
