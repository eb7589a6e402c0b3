/** What the driver has of a connection on the wire. */
interface Wire {
  readonly query: (text: string) => void;
  readonly stream: { readonly cork: () => void; readonly uncork: () => void; readonly write: (bytes: Uint8Array) => unknown };
}

/** Bytes of one message: the server begins with the first one when it has it whole. */
const messageBytes = 64 * 1024;

const copyData = 0x64;
const copyDone = Uint8Array.of(0x63, 0, 0, 0, 4);

/**
 * A `COPY … FROM STDIN` as the driver takes statements, with rows that are all at hand. They are sent behind the statement at once, and
 * not when the server asks for them: that would cost a turn of the event loop in which the server waits, while another batch is made. A
 * server that refuses the statement skips them, as the protocol has it.
 */
export class CopyIn {
  readonly done: Promise<void>;
  /** Set by the driver where there is a `query_timeout`: stops that, which would end the statement later, and hold the program until then. */
  callback: ((error?: unknown) => void) | undefined;
  readonly #text: string;
  readonly #rows: Uint8Array;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(text: string, rows: Uint8Array) {
    this.#text = text;
    this.#rows = rows;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: unknown): void {
    const wire = connection as Wire;
    const { stream } = wire;
    stream.cork();
    wire.query(this.#text);
    for (let at = 0; at < this.#rows.length; at += messageBytes) {
      const part = this.#rows.subarray(at, at + messageBytes);
      const head = Buffer.alloc(5, copyData);
      head.writeUInt32BE(part.length + 4, 1);
      stream.write(head);
      stream.write(part);
    }
    stream.write(copyDone);
    stream.uncork();
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
