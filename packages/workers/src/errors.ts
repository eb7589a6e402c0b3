/** Base of every error that Millrace makes itself; `code` is stable and meant for programs. */
export abstract class MillraceError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** How a worker ended, as far as it is known. */
export interface Death {
  /** Exit code of the worker; undefined when it never came to an exit. */
  readonly exitCode?: number | undefined;
  /** Signal that ended a process; always undefined for a thread. */
  readonly signal?: string | undefined;
  /** Last line that the worker wrote to stderr, without its line break; the stack traces of an abort do not count. */
  readonly lastStderrLine?: string | undefined;
}

/** A worker ended while it held work, or before it was ready. `cause` is its uncaught error, when there was one. */
export class WorkerDeathError extends MillraceError {
  readonly code = 'ERR_WORKER_DEATH';
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly lastStderrLine: string | undefined;

  constructor(message: string, death: Death, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = death.exitCode;
    this.signal = death.signal;
    this.lastStderrLine = death.lastStderrLine;
  }
}

/** Something took longer than its limit allows. */
export class TimeoutError extends MillraceError {
  readonly code = 'ERR_TIMEOUT';
}

/** A value cannot cross to a worker. `path` leads to the offending member: `item.customer.onChange`. */
export class CloneError extends MillraceError {
  readonly code = 'ERR_CLONE';
  readonly path: string;

  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/** The queue, pool or stream was closed before the call. */
export class ClosedError extends MillraceError {
  readonly code = 'ERR_CLOSED';
}
