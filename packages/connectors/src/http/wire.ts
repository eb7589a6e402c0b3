import type { Timing } from './timing.js';

/** The network or the server failed in a way that another attempt may get past, or not. */
export class WireError extends Error {
  /** Whether another attempt makes sense. */
  readonly passes: boolean;

  constructor(problem: string, passes: boolean, options?: ErrorOptions) {
    super(problem, options);
    this.passes = passes;
  }
}

/**
 * The server closed a connection that was kept from an earlier request, and answered nothing: most likely it had closed it for want of use
 * before this request came, which no client can know. That it began to work is not ruled out.
 */
export class StaleError extends WireError {
  constructor(cause: unknown) {
    super('the server closed a connection that was kept from an earlier request, and answered nothing', true, { cause });
  }
}

/**
 * One request under way. Its signal aborts with the signal of the run, when the server is silent for longer than `timeoutMs` while it is
 * waited for, and at the end. A signal of its own, and no `AbortSignal.any`: those that depend on a run's were kept until the run ended.
 */
export class Wire {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #timeoutMs: number;
  readonly #timing: Timing;
  /** Begins the time of silence anew; undefined while nothing is waited for. */
  #restart: (() => void) | undefined;
  readonly #onAbort = () => this.#controller.abort(this.#outer.reason);

  /** @throws the reason of an outer signal that has aborted */
  constructor(outer: AbortSignal, timeoutMs: number, timing: Timing) {
    outer.throwIfAborted();
    this.#outer = outer;
    this.#timeoutMs = timeoutMs;
    this.#timing = timing;
    outer.addEventListener('abort', this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the run has ended it. */
  get isAborted(): boolean {
    return this.#outer.aborted;
  }

  /**
   * What the step of the request gives, which heeds the signal.
   *
   * @throws the reason of an outer abort, WireError for silence, else what the step throws
   */
  async hear<T>(step: () => Promise<T>): Promise<T> {
    this.#outer.throwIfAborted();
    let silence: WireError | undefined;
    const begin = () =>
      this.#timing.after(this.#timeoutMs, () => {
        silence = new WireError(`no sign of the server for ${this.#timeoutMs} ms, which is what timeoutMs allows`, true);
        this.#controller.abort(silence);
      });
    let callOff = begin();
    this.#restart = () => {
      callOff();
      callOff = begin();
    };
    try {
      return await step();
    } catch (error) {
      this.#outer.throwIfAborted();
      throw silence ?? error;
    } finally {
      this.#restart = undefined;
      callOff();
    }
  }

  /** The server has sent something, be it too little for the step that is waited for. */
  readonly sign = (): void => this.#restart?.();

  /** Lets go of the run's signal, and of the connection where the answer was not read to its end. */
  close(): void {
    this.#outer.removeEventListener('abort', this.#onAbort);
    this.#controller.abort();
  }
}
