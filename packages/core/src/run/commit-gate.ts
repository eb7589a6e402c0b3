import type { Writer } from '../declare/sink.js';

/**
 * Keeps sinks from committing before every sink of the run has written all it is to write and the items that were rejected are settled: a
 * run that fails at its very end must leave nothing behind.
 */
export class CommitGate {
  readonly #settle: () => Promise<void> | undefined;
  readonly #passed: Promise<void>;
  #pass!: () => void;
  #refuse!: (reason: unknown) => void;
  #sinks = 0;
  #arrived = 0;
  #state: 'shut' | 'opening' | 'open' | 'closed' = 'shut';

  /** @param settle what is to be done before any commit; undefined when it is done at once. Who finds that the run fails closes the gate. */
  constructor(settle: () => Promise<void> | undefined) {
    this.#settle = settle;
    this.#passed = new Promise((resolve, reject) => {
      this.#pass = resolve;
      this.#refuse = reject;
    });
    // Who waits is told; there may be nobody.
    this.#passed.catch(() => undefined);
  }

  /** Sinks may commit, or have begun to. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** All is written, and what is to be settled before the commits is not. */
  get isOpening(): boolean {
    return this.#state === 'opening';
  }

  /** The writer of a sink, whose commit waits here. All sinks are to be guarded before the first commit. */
  guard<T>(writer: Writer<T>): Writer<T> {
    this.#sinks += 1;
    return {
      write: (items, context) => writer.write(items, context),
      commit: async () => {
        this.#arrived += 1;
        if (this.#arrived === this.#sinks) void this.open();
        await this.#passed;
        await writer.commit();
      },
      abort: (reason) => writer.abort(reason),
    };
  }

  /** Nothing more will be written: settles what is to be settled. Undefined when the gate is open; rejects when it is closed meanwhile. */
  open(): Promise<void> | undefined {
    if (this.#state === 'shut') {
      this.#state = 'opening';
      const settled = this.#settle();
      if (settled === undefined) this.#opened();
      else settled.then(this.#opened, this.close);
    }
    return this.isOpen ? undefined : this.#passed;
  }

  /** The run is over: what has not begun to commit does not. */
  readonly close = (reason: unknown): void => {
    if (this.isOpen) return;
    this.#state = 'closed';
    this.#refuse(reason);
  };

  readonly #opened = (): void => {
    if (this.#state !== 'opening') return;
    this.#state = 'open';
    this.#pass();
  };
}
