/** A value for each thread. */
export interface WorkerLocal<T> {
  /** The value of this thread; made by `init` at the first call. */
  readonly get: () => T;
  readonly set: (value: T) => void;
}

/**
 * One value for each thread that imports the module, made when it is first asked for. Declare it at the top level of a module. It cannot cross to
 * a worker, which has one of its own; a pool that replaces a worker begins with a new value.
 */
export function workerLocal<T>(init: () => T): WorkerLocal<T> {
  let made: { value: T } | undefined;
  return {
    get: () => {
      made ??= { value: init() };
      return made.value;
    },
    set: (value) => {
      made = { value };
    },
  };
}
