import { type FileHandle, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DataError } from '../errors.js';
import { gunzip } from './gunzip.js';
import type { Input } from './input.js';
import { orAborted } from './or-aborted.js';
import { isPipe, PipeInput } from './pipe-input.js';
import { asRefusal, refusal } from './refusal.js';
import { inputLabel, standardStream } from './standard-stream.js';
import { StreamInput } from './stream-input.js';

/** Bytes asked of the file at once: big enough that a read costs less than what is made of it, small enough to stay in the cache. */
const chunkBytes = 128 * 1024;

/**
 * Sees whether the file could be read. Of a pipe only its presence is seen: its writer would take an opening for a reader that goes.
 *
 * @throws FileError
 */
export async function checkReadable(path: string): Promise<void> {
  if (path === standardStream) return;
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw refusal('read', path, 'it is a folder');
    if (found.isFile()) await (await open(path, 'r')).close();
  } catch (error) {
    throw asRefusal('read', path, error);
  }
}

/**
 * The bytes of a file, unpacked when they begin as gzip does, whatever the file is called. The file is opened at the first pull, a
 * relative path resolved from the working directory of that moment, and closed at the end, on an error and on `return()`. The path `-` is
 * the standard input, which is never closed.
 *
 * An abort ends a pending read at once with the signal's reason, and on Linux lets go of a pipe. Other systems do not take back a read of
 * one: such a read, and with it the descriptor and the process, is let go when the pipe's other side writes or ends.
 *
 * @throws FileError, and DataError for a truncated or corrupt gzip file
 */
export async function* readBytes(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  signal.throwIfAborted();
  const input = await openInput(path, signal);
  try {
    const start = await readStart(input);
    if (start[0] === 0x1f && start[1] === 0x8b) {
      yield* gunzip(readOn(input, start), inputLabel(path));
    } else if (start.length < 2 && path.endsWith('.gz')) {
      throw new DataError(path, 1, 1, `the gzip file is truncated: it ends after ${start.length} bytes`);
    } else {
      yield* readOn(input, start);
    }
  } finally {
    await input.close();
  }
}

async function openInput(path: string, signal: AbortSignal): Promise<Input> {
  if (path === standardStream) return StreamInput.open(process.stdin, signal);
  return (await isPipe(path, signal)) ? PipeInput.open(path, signal) : InputFile.open(path, signal);
}

/** The first chunk, of at least two bytes where there are so many: they tell gzip from text. */
async function readStart(input: Input): Promise<Uint8Array> {
  const first = await input.read();
  return first.length === 1 ? Buffer.concat([first, await input.read()]) : first;
}

async function* readOn(input: Input, start: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let chunk = start; chunk.length > 0; chunk = await input.read()) yield chunk;
}

class InputFile implements Input {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #signal: AbortSignal;
  readonly #isRegular: boolean;

  private constructor(handle: FileHandle, path: string, signal: AbortSignal, isRegular: boolean) {
    this.#handle = handle;
    this.#path = path;
    this.#signal = signal;
    this.#isRegular = isRegular;
  }

  static async open(path: string, signal: AbortSignal): Promise<InputFile> {
    const opening = open(resolve(path), 'r');
    let handle: FileHandle;
    try {
      handle = await orAborted(opening, signal);
    } catch (error) {
      // After an abort the file may still come to be open. Should that fail, nobody is left whom it concerns.
      if (signal.aborted) opening.then((late) => late.close()).catch(() => {});
      throw asRefusal('read', path, error);
    }
    try {
      const found = await handle.stat();
      if (found.isDirectory()) throw refusal('read', path, 'it is a folder');
      return new InputFile(handle, path, signal, found.isFile());
    } catch (error) {
      await handle.close();
      throw asRefusal('read', path, error);
    }
  }

  /** A close waits for a read under way. After an abort one of a pipe or terminal may never end, so then nobody waits for the close. */
  async close(): Promise<void> {
    const closing = this.#handle.close();
    if (this.#signal.aborted && !this.#isRegular) closing.catch(() => {});
    else await closing;
  }

  async read(): Promise<Uint8Array> {
    this.#signal.throwIfAborted();
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    try {
      const { bytesRead } = await orAborted(this.#handle.read(buffer, 0, chunkBytes, null), this.#signal);
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw asRefusal('read', this.#path, error);
    }
  }
}
