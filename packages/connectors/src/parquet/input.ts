import { DataError } from '../errors.js';
import { RegularFile } from '../file/regular-file.js';

/** A file of Parquet, as its decoder asks for it. */
export class Input {
  readonly byteLength: number;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly #file: RegularFile;

  private constructor(file: RegularFile, signal: AbortSignal) {
    this.path = file.path;
    this.byteLength = file.size;
    this.signal = signal;
    this.#file = file;
  }

  /** A relative path is resolved from the working directory of this moment.
   * @throws FileError; the signal's reason */
  static async open(path: string, signal: AbortSignal): Promise<Input> {
    return new Input(await RegularFile.open(path, 'Parquet is read from its end', signal), signal);
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
    const bytes = await this.#file.read(start, end);
    if (bytes.length < end - start) throw new DataError(this.path, 1, 1, 'the file was cut while it was read');
    return bytes.buffer;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
