import { MillraceError } from '@millrace/workers';

/** An error that code of the pipeline has thrown where nobody can catch it: in a timer, a listener, or a promise that nobody looks at. */
export class UncaughtError extends MillraceError {
  readonly code = 'ERR_UNCAUGHT';

  constructor(thrown: unknown) {
    super(
      'an error that nobody caught: code on the main thread threw it in a timer or a listener, or left a promise to itself that rejects',
      {
        // Node.js makes an error of what else a promise rejects with, and not of what is thrown.
        cause: thrown instanceof Error ? thrown : new Error(`thrown value ${String(thrown)}`),
      },
    );
  }
}

type Taker = (error: UncaughtError) => void;

/**
 * What becomes of errors that nobody caught. Node.js would end the program with their text, secrets and all, leave behind what a run has
 * opened, and write no report.
 */
export class UncaughtErrors {
  #taker: Taker | undefined;
  #seen = false;
  readonly #before = new Set<() => void>();

  /** Whether there was one: what its code has left going must not keep the program then. */
  get seen(): boolean {
    return this.#seen;
  }

  /**
   * To be called before any code of a user is loaded.
   *
   * @param otherwise gets an error that nobody takes; it is to end the program
   */
  stand(otherwise: Taker): void {
    process.on('uncaughtException', (thrown: unknown) => {
      // Code that listens itself has seen to it.
      if (process.listenerCount('uncaughtException') > 1) return;
      this.#seen = true;
      for (const callback of this.#before) callback();
      const take = this.#taker ?? otherwise;
      take(new UncaughtError(thrown));
    });
  }

  /** Errors go to this one, which ends what it does. @returns takes that back */
  direct(taker: Taker): () => void {
    this.#taker = taker;
    return () => {
      if (this.#taker === taker) this.#taker = undefined;
    };
  }

  /** Calls back before anybody gets an error. @returns takes that back */
  before(callback: () => void): () => void {
    this.#before.add(callback);
    return () => void this.#before.delete(callback);
  }
}
