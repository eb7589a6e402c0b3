import { isMainThread, threadId } from 'node:worker_threads';
import type { WorkerIdentity } from '../wire/worker-identity.js';

/** Where code runs. */
export interface CurrentWorker {
  /**
   * What `spawnThread` or `spawnProcess` was given; `millrace-lane-0` and so on in the lanes of pools and of cpu stages; `main` in the
   * program itself; `thread-1` and so on in a thread that something else has started.
   */
  readonly name: string;
  /** Its `WorkerHandle.id`; 0 in the program itself, the `threadId` in a thread that something else has started. */
  readonly id: number;
  /** `main`: the program itself; else the worker is a thread, or the main thread of a child process. */
  readonly kind: 'main' | 'thread' | 'process';
  /** Number that the system has for the process; its threads have the same. */
  readonly pid: number;
  /** As `node:worker_threads` numbers the threads of one process; 0 in its main thread. */
  readonly threadId: number;
}

interface Known extends WorkerIdentity {
  readonly kind: 'thread' | 'process';
}

// Under `globalThis`: a worker may hold several copies of this package.
const key = Symbol.for('millrace.worker');
const realm = globalThis as { [key]?: Known };

/** This realm is that worker from now on. */
export function beWorker(kind: Known['kind'], { name, id }: WorkerIdentity): void {
  realm[key] = { kind, name, id };
}

/**
 * The worker that the caller runs in, as Python's `current_thread()` and `current_process()` tell it.
 *
 * @example
 * ```ts
 * import { currentWorker, spawnThread, task } from '@millrace/workers';
 *
 * const whoAmI = task(import.meta, 'whoAmI', () => `${currentWorker().kind} ${currentWorker().name}`);
 *
 * console.log(currentWorker().kind); // main
 * console.log(await spawnThread('greeter', whoAmI).result); // thread greeter
 * ```
 */
export function currentWorker(): CurrentWorker {
  return { ...(realm[key] ?? unnamed()), pid: process.pid, threadId };
}

function unnamed(): Pick<CurrentWorker, 'name' | 'id' | 'kind'> {
  return isMainThread ? { name: 'main', id: 0, kind: 'main' } : { name: `thread-${threadId}`, id: threadId, kind: 'thread' };
}
