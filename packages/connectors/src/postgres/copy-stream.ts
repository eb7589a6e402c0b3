/** What the driver has of a connection on the wire. */
interface Wire {
  readonly query: (text: string) => void;
  readonly stream: {
    readonly cork: () => void;
    readonly uncork: () => void;
    readonly write: (bytes: Uint8Array, left?: (error?: Error | null) => void) => unknown;
  };
}

const copyData = 0x64;
const copyDone = Uint8Array.of(0x63, 0, 0, 0, 4);
/** With a reason of no letters, as the server's message is never shown. */
const copyFail = Uint8Array.of(0x66, 0, 0, 0, 5, 0);

/**
 * A `COPY … FROM STDIN` as the driver takes statements, whose rows come by and by. They are sent without waiting for the server to ask for
 * them; one that refuses the statement skips them, as the protocol has it.
 */
export class CopyStream {
  /** Settles when the server has taken all rows, or refuses one. */
  readonly done: Promise<void>;
  /** Set by the driver where there is a `query_timeout`: stops that, which would end the statement later, and hold the program until then. */
  callback: ((error?: unknown) => void) | undefined;
  readonly #text: string;
  #wire: Wire | undefined;
  /** What was sent last has left this program when it settles. */
  #left: Promise<void> = Promise.resolve();
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(text: string) {
    this.#text = text;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Called by the driver, at once when no other statement is under way. */
  submit(connection: unknown): void {
    this.#wire = connection as Wire;
    this.#wire.query(this.#text);
  }

  /**
   * Sends lines. Resolves when those before them have left this program: while the network takes these, the next are made, and no more than
   * two messages are held. It stays pending when the connection breaks, or is lost before the driver takes the statement, which `done` tells.
   *
   * @param pieces lines that go as one message
   */
  send(pieces: readonly Uint8Array[]): Promise<void> {
    if (this.#wire === undefined) return new Promise(() => {});
    const before = this.#left;
    const { stream } = this.#wire;
    const head = Buffer.alloc(5, copyData);
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    head.writeUInt32BE(bytes + 4, 1);
    stream.cork();
    stream.write(head);
    for (const piece of pieces.slice(0, -1)) stream.write(piece);
    this.#left = new Promise((resolve) => {
      stream.write(pieces.at(-1)!, (error) => {
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

  handleError(error: unknown): void {
    this.#reject(error);
    this.callback?.(error);
  }

  handleReadyForQuery(): void {
    this.#resolve();
    this.callback?.();
  }

  handleCommandComplete(): void {}

  handleCopyInResponse(): void {}
}
