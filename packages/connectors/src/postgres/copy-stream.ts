import { CopyStatement, copyDone, copyHead, type Wire } from './copy-statement.js';

/** With a reason of no letters, as the server's message is never shown. */
const copyFail = Uint8Array.of(0x66, 0, 0, 0, 5, 0);

/**
 * A COPY whose rows come by and by. They are sent without waiting for the server to ask for them; one that refuses the statement skips
 * them, as the protocol has it.
 */
export class CopyStream extends CopyStatement {
  readonly #text: string;
  #wire: Wire | undefined;
  /** What was sent last has left this program when it settles. */
  #left: Promise<void> = Promise.resolve();

  constructor(text: string) {
    super();
    this.#text = text;
  }

  submit(connection: unknown): void {
    this.#wire = connection as Wire;
    this.#wire.query(this.#text);
  }

  /**
   * Sends lines. Resolves when those before them have left this program: while the network takes these, the next are made, and no more than
   * two messages are held. It stays pending when the connection breaks, or is lost before the driver takes the statement, which `done` tells.
   */
  send(lines: Uint8Array): Promise<void> {
    if (this.#wire === undefined) return new Promise(() => {});
    const before = this.#left;
    const { stream } = this.#wire;
    stream.cork();
    stream.write(copyHead(lines.length));
    this.#left = new Promise((resolve) => {
      stream.write(lines, (error) => {
        if (error === undefined || error === null) resolve();
      });
    });
    stream.uncork();
    return before;
  }

  /** No more rows come. */
  end(): void {
    this.#wire?.stream.write(copyDone);
  }

  /** The server is to refuse what it got. A server that waits for rows hears no request to cancel. */
  giveUp(): void {
    this.#wire?.stream.write(copyFail);
  }
}
