import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import type { OutputFile } from './atomic-file.js';

/** Packs what is appended into one gzip member. After a failed append the packed stream is torn, so all later calls fail as it did. */
export class GzipFile implements OutputFile {
  readonly #file: OutputFile;
  readonly #gzip: Gzip = createGzip();
  /** Settles when all packed bytes lie in the file, or with the first failure. */
  readonly #packed: Promise<void>;

  constructor(file: OutputFile) {
    this.#file = file;
    this.#packed = pipeline(this.#gzip, async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) await file.append(chunk);
    });
    // Every call below looks at it; between two calls a failure is not an unhandled rejection.
    this.#packed.catch(() => {});
  }

  async append(bytes: Uint8Array): Promise<void> {
    const taken = new Promise<void>((resolved) => {
      this.#gzip.write(bytes, () => resolved());
    });
    // A write to a destroyed stream is called back too; `packed` then has the failure.
    await Promise.race([this.#packed, taken]);
    if (this.#gzip.destroyed) await this.#packed;
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
