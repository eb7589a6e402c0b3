/** What `setup` and `teardown` are told. */
export interface SetupContext {
  /** Aborts when the run is cancelled or fails. */
  readonly signal: AbortSignal;
  /** Name of the stage. */
  readonly stage: string;
  /** Number of the lane that runs the stage's tasks, from 0; 0 on the main thread. */
  readonly worker: number;
}

/** What a task is told beside its item. */
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
