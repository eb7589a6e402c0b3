/** What the driver has of a connection on the wire. */
export interface Wire {
  readonly query: (text: string) => void;
  readonly stream: {
    readonly cork: () => void;
    readonly uncork: () => void;
    readonly write: (bytes: Uint8Array, left?: (error?: Error | null) => void) => unknown;
  };
}

/** The message that ends the rows. */
export const copyDone = Uint8Array.of(0x63, 0, 0, 0, 4);

/** What stands before so many bytes of rows. */
export function copyHead(bytes: number): Uint8Array {
  const head = Buffer.alloc(5, 0x64);
  head.writeUInt32BE(bytes + 4, 1);
  return head;
}

/** A `COPY … FROM STDIN` as the driver takes statements. */
export abstract class CopyStatement {
  /** Settles when the server has taken all rows, or refuses one. */
  readonly done: Promise<void>;
  /** Set by the driver where there is a `query_timeout`: stops that, which would end the statement later, and hold the program until then. */
  callback: ((error?: unknown) => void) | undefined;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Called by the driver, at once when no other statement is under way. */
  abstract submit(connection: unknown): void;

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
