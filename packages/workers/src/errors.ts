/**
 * Base of every error that Millrace makes itself; `name` is that of its class.
 *
 * @example
 * ```ts
 * import { MillraceError } from '@millrace/workers';
 *
 * export function isRetryable(error: unknown): boolean {
 *   return error instanceof MillraceError && ['ERR_TIMEOUT', 'ERR_WORKER_DEATH'].includes(error.code);
 * }
 * ```
 */
export abstract class MillraceError extends Error {
  /** What has happened, for programs: `ERR_TIMEOUT`. Unlike the message it stays what it is. */
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
  /** Always `ERR_WORKER_DEATH`. */
  readonly code = 'ERR_WORKER_DEATH';
  /** Exit code of the worker; undefined when it never came to an exit, or a signal ended it. */
  readonly exitCode: number | undefined;
  /** Signal that ended a process, as `SIGKILL`; always undefined for a thread. */
  readonly signal: string | undefined;
  /** Last line that the worker wrote to stderr, without its line break; undefined when it wrote none. */
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
  /** Always `ERR_TIMEOUT`. */
  readonly code = 'ERR_TIMEOUT';
}

/** A value cannot cross to a worker. `path` leads to the offending member: `item.customer.onChange`. */
export class CloneError extends MillraceError {
  /** Always `ERR_CLONE`. */
  readonly code = 'ERR_CLONE';
  /** Of the member that cannot be copied: `item.customer.onChange`, `item[3]`, `item.get("key")`. */
  readonly path: string;

  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/** The queue, pool or stream was closed before the call. */
export class ClosedError extends MillraceError {
  /** Always `ERR_CLOSED`. */
  readonly code = 'ERR_CLOSED';
}

/** A thread has died that others depend on, in a primitive that threads share. */
abstract class ThreadDiedError extends MillraceError {
  /** Class of the primitive: `Lock`, `Semaphore`, `SharedQueue`, `Barrier`. */
  readonly primitive: string;
  /** The `threadId` of `node:worker_threads` that it had. */
  readonly thread: number;

  constructor(message: string, primitive: string, thread: number, options?: ErrorOptions) {
    super(message, options);
    this.primitive = primitive;
    this.thread = thread;
  }
}

/** A thread ended while it held what the caller wants: the guarded state may be torn. `recover()` of the primitive mends that. */
export class HolderDiedError extends ThreadDiedError {
  /** Always `ERR_HOLDER_DIED`. */
  readonly code = 'ERR_HOLDER_DIED';
}

/** A thread that took part ended without taking its leave: what the others wait for may never come. */
export class PartyDiedError extends ThreadDiedError {
  /** Always `ERR_PARTY_DIED`. */
  readonly code = 'ERR_PARTY_DIED';
}

/** A barrier was broken while its parties waited, or before: by an abort, a reset, a wait that ran out, or a death, which is the `cause`. */
export class BrokenBarrierError extends MillraceError {
  /** Always `ERR_BROKEN_BARRIER`. */
  readonly code = 'ERR_BROKEN_BARRIER';
}

/** A lock was released, or a condition used, by a thread that does not hold it; or a bounded semaphore was released too often. */
export class NotHeldError extends MillraceError {
  /** Always `ERR_NOT_HELD`. */
  readonly code = 'ERR_NOT_HELD';
}

/** The main thread asked to block: no death and no signal could be seen by it. It has the awaitable form. */
export class BlockedMainError extends MillraceError {
  /** Always `ERR_BLOCKED_MAIN`. */
  readonly code = 'ERR_BLOCKED_MAIN';
}
