import { isPassingCode } from './retry.js';
import type { Reply } from './transport.js';
import { type Wire, WireError } from './wire.js';

/** Reading more than that costs more than another connection. */
const maxDrainBytes = 64 * 1024;

/** What a server has answered; its body is read as it is pulled. To be closed. */
export class Answer {
  readonly #reply: Reply;
  readonly #wire: Wire;
  /** Where it came from, redirects followed. */
  readonly url: URL;

  constructor(reply: Reply, url: URL, wire: Wire) {
    this.#reply = reply;
    this.url = url;
    this.#wire = wire;
  }

  get status(): number {
    return this.#reply.status;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  get headers(): Headers {
    return this.#reply.headers;
  }

  /** `503 Service Unavailable`. */
  get statusText(): string {
    return `${this.status} ${this.#reply.statusText}`.trim();
  }

  /**
   * The body, once. Nothing is read from the connection that is not pulled, some buffers aside.
   *
   * @throws WireError when it breaks off or the server falls silent; the reason of an abort of the run
   */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const iterator = this.#reply.body[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await this.#wire.hear(() => iterator.next());
        if (done) return;
        yield value;
      }
    } catch (error) {
      if (error instanceof WireError || this.#wire.isAborted) throw error;
      throw brokenOff('the body broke off', error);
    } finally {
      await iterator.return?.();
    }
  }

  /** The bytes of the whole body.
   * @throws as `chunks`, and WireError as soon as there are more than `maxBytes` */
  async bytes(maxBytes: number): Promise<Uint8Array> {
    const { chunks, isWhole } = await this.#start(maxBytes);
    if (!isWhole) throw bodyTooLong(maxBytes);
    return Buffer.concat(chunks);
  }

  /** The text that the body begins with. */
  async startText(maxBytes: number): Promise<string> {
    return Buffer.concat((await this.#start(maxBytes)).chunks)
      .subarray(0, maxBytes)
      .toString();
  }

  /** Reads what nobody wants, so that the connection can be used again; gives that up when it is much, or breaks off. */
  async drain(): Promise<void> {
    try {
      await this.#start(maxDrainBytes);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }

  close(): void {
    this.#wire.close();
  }

  async #start(maxBytes: number): Promise<{ readonly chunks: readonly Uint8Array[]; readonly isWhole: boolean }> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.chunks()) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) return { chunks, isWhole: false };
    }
    return { chunks, isWhole: true };
  }
}

/** The error for one of the network. */
export function brokenOff(what: string, error: unknown): WireError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return new WireError(`${what}: ${reasonOf(error, code)}`, isPassingCode(code), { cause: error });
}

function reasonOf(error: unknown, code: string | undefined): string {
  if (!(error instanceof Error)) return String(error);
  // Of an answer whose end has not come Node.js says no more.
  if (code === 'ECONNRESET' && error.message === 'aborted') return 'the server closed the connection';
  // Both addresses of a host failed: the text of such an error is empty.
  return error.message === '' ? (code ?? String(error)) : error.message;
}

export function bodyTooLong(maxBytes: number): WireError {
  return new WireError(`the body is longer than ${maxBytes} bytes, which is what maxBytes allows`, false);
}
