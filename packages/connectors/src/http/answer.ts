import { isPassingCode } from './retry.js';
import { type Wire, WireError } from './wire.js';

/** Reading more than that costs more than another connection. */
const maxDrainBytes = 64 * 1024;

/** What a server has answered; its body is read as it is pulled. To be closed. */
export class Answer {
  readonly #response: Response;
  readonly #wire: Wire;
  /** Where it came from, redirects followed. */
  readonly url: URL;

  constructor(response: Response, url: URL, wire: Wire) {
    this.#response = response;
    this.url = url;
    this.#wire = wire;
  }

  get status(): number {
    return this.#response.status;
  }

  get ok(): boolean {
    return this.#response.ok;
  }

  get headers(): Headers {
    return this.#response.headers;
  }

  /** `503 Service Unavailable`. */
  get statusText(): string {
    return `${this.#response.status} ${this.#response.statusText}`.trim();
  }

  /**
   * The body, once. Nothing is read from the connection that is not pulled, some buffers aside.
   *
   * @throws WireError when it breaks off or the server falls silent; the reason of an abort of the run
   */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const reader = this.#response.body?.getReader();
    if (reader === undefined) return;
    try {
      for (;;) {
        const { done, value } = await this.#wire.hear(() => reader.read());
        if (done) return;
        yield value;
      }
    } catch (error) {
      if (error instanceof WireError || this.#wire.isAborted) throw error;
      throw brokenOff('the body broke off', error);
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

/** An error of fetch, which hides why in its cause. */
export function brokenOff(what: string, error: unknown): WireError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  // Both addresses of a host failed: the text of such an error is empty.
  const why = cause instanceof Error && cause.message !== '' ? cause.message : (code ?? String(cause));
  return new WireError(`${what}: ${why}`, isPassingCode(code), { cause: error });
}

export function bodyTooLong(maxBytes: number): WireError {
  return new WireError(`the body is longer than ${maxBytes} bytes, which is what maxBytes allows`, false);
}
