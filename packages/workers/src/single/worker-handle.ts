/** One thread or process, and the task that it runs. */
export interface WorkerHandle<out R> extends AsyncDisposable {
  /** As it was given to `spawnThread` or `spawnProcess`; its `currentWorker().name`. */
  readonly name: string;
  /** Counts the workers, lanes of pools included, that this thread has started, from 1. Its `currentWorker().id`. */
  readonly id: number;
  /** Of the process; that of the program for a thread. Undefined when the process could not be started. */
  readonly pid: number | undefined;
  /**
   * What the task gives. Rejects with what the task throws, as the calls of a pool do, or with a `WorkerDeathError` when the worker ended
   * before its task: by itself (`process.exit`, a crash) or by `terminate()`. That makes no unhandled rejection: who looks only at the
   * end of the worker has `exitCode`.
   */
  readonly result: Promise<R>;
  /** True until the worker is gone. */
  readonly alive: boolean;
  /**
   * Undefined while it is alive. 0 when the task has come to its end, 1 when it has failed, what `process.exit(n)` or `process.exitCode` said;
   * the negative number of the signal that ended a process, as -15 for SIGTERM. A thread that was terminated, or ran out of memory, has 1;
   * so has a process that could not be started.
   */
  readonly exitCode: number | undefined;
  /**
   * Waits until it is gone, however it ends, or for `ms`. Resolves with whether it is gone. Never rejects for what the task did; with a
   * RangeError for a time that is none.
   */
  readonly join: (ms?: number) => Promise<boolean>;
  /**
   * Ends it: a process by the signal, and by SIGKILL when it still lives after `graceMs`; a thread at once, whatever the signal. Resolves
   * when it is gone. A second call changes nothing, but for `SIGKILL`.
   *
   * @param signal default `SIGTERM`
   */
  readonly terminate: (signal?: NodeJS.Signals) => Promise<void>;
}

/** What a module gets that is only loaded for its tasks: nothing is started, and nothing of it settles. */
export function parkedWorker(name: string): WorkerHandle<never> {
  const never = (): Promise<never> => new Promise(() => {});
  return {
    ...{ name, id: 0, pid: undefined, result: never(), alive: true, exitCode: undefined },
    ...{ join: never, terminate: never, [Symbol.asyncDispose]: never },
  };
}
