/** A value for each thread. */
export interface WorkerLocal<T> {
  /** The value of this thread; made by `init` at the first call. */
  readonly get: () => T;
  /** Puts another value in the place of that of this thread; `init` is not called any more. */
  readonly set: (value: T) => void;
}

/**
 * One value for each thread that imports the module, made when it is first asked for. Declare it at the top level of a module. It cannot cross to
 * a worker, which has one of its own; a pool that replaces a worker begins with a new value.
 *
 * @param init makes the value of a thread, in that thread
 *
 * @example
 * ```ts
 * import { task, threadPool, workerLocal } from '@millrace/workers';
 *
 * const seen = workerLocal(() => new Set<string>());
 * const isNew = task(import.meta, 'isNew', (word: string) => {
 *   const isFirst = !seen.get().has(word);
 *   seen.get().add(word);
 *   return isFirst;
 * });
 *
 * await threadPool({ workers: 1 }).use(async (pool) => {
 *   console.log(await pool.submit(isNew, 'to'), await pool.submit(isNew, 'to')); // true false
 * });
 * ```
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
