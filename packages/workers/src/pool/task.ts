import { registerTask, type TaskContext, TaskError, type TaskFunction, type TaskName } from '../entry/lookup/task-registry.js';

declare const types: unique symbol;

/** The name of a function that pools run: for items of type `I`, with results of type `R`. */
export interface Task<in I, out R> extends TaskName {
  /** @hidden Only for the compiler. */
  readonly [types]?: (item: I) => R;
}

/**
 * Declares a task in the module that calls this, at its top level: a worker imports the same module again and finds the task by its name, so
 * the function may use whatever the module has. A script that uses a pool at its top level is not run again by its workers.
 *
 * @param module `import.meta`
 * @param name not empty, and the only one of that name in the module
 * @param run gets the item, and beside it what a task is told; gives one value, or a promise of one: a generator is refused
 * @throws TaskError for a second task of that name in one module, an empty name, or what is no function
 *
 * @example
 * ```ts
 * import { task, threadPool } from '@millrace/workers';
 *
 * interface Order {
 *   readonly price: number;
 *   readonly count: number;
 * }
 *
 * export const total = task(import.meta, 'total', ({ price, count }: Order) => price * count);
 *
 * await threadPool({ workers: 1 }).use(async (pool) => {
 *   console.log(await pool.submit(total, { price: 3, count: 4 })); // 12
 * });
 * ```
 */
export function task<I, R, Resource = unknown>(
  module: { readonly url: string },
  name: string,
  run: (item: I, context: TaskContext<Resource>) => R,
): Task<I, Awaited<R>>;
/**
 * Names a function that a module exports, which need not know of Millrace.
 *
 * @param module `new URL('./heavy.js', import.meta.url)`
 * @param name of the export, `default` included; whether it is there is seen when the task is first used
 * @throws TaskError for an empty name, or what is no URL
 *
 * @example
 * ```ts
 * import { task, threadPool } from '@millrace/workers';
 *
 * const plain = task<string, string>(new URL('node:util'), 'stripVTControlCharacters');
 *
 * await threadPool({ workers: 1 }).use(async (pool) => {
 *   console.log(await pool.submit(plain, '\u001b[1mbold\u001b[22m')); // bold
 * });
 * ```
 */
export function task<I, R>(module: URL, name: string): Task<I, R>;
export function task(module: { readonly url: string } | URL, name: string, run?: TaskFunction): Task<unknown, unknown> {
  if (typeof name !== 'string' || name === '')
    throw new TaskError('a task needs a name: task(import.meta, "score", (order) => …)');
  const isObject = typeof module === 'object' && module !== null;
  if (run !== undefined && isObject && 'url' in module) {
    if (typeof run !== 'function') throw new TaskError(`task "${name}" needs a function as its third argument`);
    registerTask(module.url, name, run);
    return { module: module.url, name, from: 'declared' };
  }
  if (run === undefined && isObject && 'href' in module) return { module: module.href, name, from: 'exported' };
  throw new TaskError(
    `task "${name}" is declared by task(import.meta, "${name}", fn), or named by task(new URL("./file.js", import.meta.url), "${name}")`,
  );
}

/** Whether a value has come from `task`, in whichever copy of this package. */
export function isTask(value: unknown): value is Task<unknown, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { module, name, from } = value as Partial<TaskName>;
  return typeof module === 'string' && typeof name === 'string' && (from === 'declared' || from === 'exported');
}
