import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import type { OutputFile } from './atomic-file.js';

/**
 * Packs what is appended into one gzip member. The packer runs ahead of the file by some buffers, so a failure of the file may come out
 * of a later call, of the commit at the latest; the packed stream is torn then, and all calls after it fail as it did. So do those after a
 * write that was given up: what was packed cannot be taken back, and would be there twice when it comes again.
 */
export class GzipFile implements OutputFile {
  readonly #file: OutputFile;
  readonly #gzip: Gzip = createGzip();
  /** Settles when all packed bytes lie in the file, or with the first failure. */
  readonly #packed: Promise<void>;
  /** Ends the wait of the append that is under way. */
  #letGo: () => void = () => {};

  constructor(file: OutputFile) {
    this.#file = file;
    this.#packed = pipeline(this.#gzip, async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) await file.append(chunk);
    });
    // Every call below looks at it; between two calls a failure is not an unhandled rejection.
    this.#packed.catch(() => this.#letGo());
  }

  async append(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    // No race with `packed`, which would keep something of each append until the end.
    await new Promise<void>((taken) => {
      this.#letGo = taken;
      // A write to a destroyed stream is called back too; `packed` then has the failure.
      this.#gzip.write(bytes, () => taken());
    });
    if (this.#gzip.destroyed) await this.#packed;
    if (!signal?.aborted) return;
    this.#gzip.destroy(
      new Error('a packed file cannot take back what it has of a write that was given up; give the sink more time'),
    );
    throw signal.reason;
  }

  async commit(): Promise<void> {
    try {
      this.#gzip.end();
      await this.#packed;
    } catch (error) {
      await this.#file.abort();
      throw error;
    }
    await this.#file.commit();
  }

  async abort(): Promise<void> {
    this.#gzip.destroy();
    await this.#packed.catch(() => {});
    await this.#file.abort();
  }
}
