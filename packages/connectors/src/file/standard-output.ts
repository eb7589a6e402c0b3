import { Writable } from 'node:stream';
import type { OutputFile } from './atomic-file.js';
import { asRefusal, refusal, systemCode } from './refusal.js';
import { standardStream } from './standard-stream.js';

/**
 * A stream that belongs to somebody else, as the standard output does: what is appended is seen at once and cannot be taken back, and
 * the stream is never closed. When its reader has gone, every call fails with a FileError whose `cause` has the code `EPIPE`.
 */
export class StandardOutput implements OutputFile {
  readonly #stream: Writable;
  #failure: { readonly error: unknown } | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    if (stream.errored) this.#failure = { error: stream.errored };
    // Without a listener an error of the stream would end the program.
    stream.on('error', this.#onError);
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#refusal();
    try {
      await new Promise<void>((resolve, reject) => {
        // A program may put a `write` of its own before the stream's, which labels what tasks print: data goes past it.
        Writable.prototype.write.call(this.#stream, bytes, undefined as never, (error) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      this.#failure ??= { error };
      throw this.#refusal();
    }
  }

  /** Everything was handed over when its `append` resolved. */
  async commit(): Promise<void> {
    const failure = this.#failure;
    await this.abort();
    if (failure !== undefined) throw this.#refusal();
  }

  async abort(): Promise<void> {
    // The stream tells of a failed write by its callback first, and by the event some ticks later.
    setImmediate(() => this.#stream.off('error', this.#onError));
  }

  #refusal(): unknown {
    const error = this.#failure?.error;
    if (systemCode(error) !== undefined) return asRefusal('write', standardStream, error);
    return refusal('write', standardStream, error instanceof Error ? error.message : String(error), error);
  }

  #onError = (error: unknown): void => {
    this.#failure ??= { error };
  };
}
