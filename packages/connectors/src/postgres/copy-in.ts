import { CopyStatement, copyDone, copyHead, type Wire } from './copy-statement.js';

/** Bytes of one message: the server begins with the first one when it has it whole. */
const messageBytes = 64 * 1024;

/**
 * A COPY with rows that are all at hand. They are sent behind the statement at once, and not when the server asks for them: that would cost a
 * turn of the event loop in which the server waits, while another batch is made. A server that refuses the statement skips them, as the
 * protocol has it.
 */
export class CopyIn extends CopyStatement {
  readonly #text: string;
  readonly #rows: Uint8Array;

  constructor(text: string, rows: Uint8Array) {
    super();
    this.#text = text;
    this.#rows = rows;
  }

  submit(connection: unknown): void {
    const wire = connection as Wire;
    const { stream } = wire;
    stream.cork();
    wire.query(this.#text);
    for (let at = 0; at < this.#rows.length; at += messageBytes) {
      const part = this.#rows.subarray(at, at + messageBytes);
      stream.write(copyHead(part.length));
      stream.write(part);
    }
    stream.write(copyDone);
    stream.uncork();
  }
}
