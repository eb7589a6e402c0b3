/** What `setup` and `teardown` are told. */
export interface SetupContext {
  /** Aborts when the run is cancelled or fails. */
  readonly signal: AbortSignal;
  /** Name of the stage, as it was declared. */
  readonly stage: string;
  /**
   * Number of the lane that runs the stage's tasks, from 0; 0 on the main thread. A worker that takes the place of a dead one has the
   * number of its lane.
   */
  readonly worker: number;
}

/**
 * What a task is told beside its item.
 *
 * @example
 * ```ts
 * import { io, type TaskContext } from '@millrace/core';
 *
 * const load = async (url: string, { signal }: TaskContext): Promise<string> => (await fetch(url, { signal })).text();
 * const pages = io('load', load, { concurrency: 8, timeoutMs: 10_000, retry: { attempts: 3 } });
 * ```
 */
export interface TaskContext<out Resource = unknown> extends SetupContext {
  /**
   * Aborts when the run is cancelled or fails, and when the attempt has taken longer than `timeoutMs`. Take it out by its name: it is made
   * when it is first read, so a spread copy of the context may lack it.
   */
  readonly signal: AbortSignal;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** What `setup` has given in this lane; undefined without `setup`. */
  readonly resource: Resource;
}
