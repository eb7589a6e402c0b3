import type { ResourceLimits } from 'node:worker_threads';
import { parkWhileLoading } from '../entry/lane-mode.js';
import { ImportError } from '../entry/lookup/import-module.js';
import { TaskError } from '../entry/lookup/task-registry.js';
import { checkSpawn } from '../pool/options.js';
import type { Task } from '../pool/task.js';
import { startProcess } from '../process/process-port.js';
import { startThread } from '../thread/thread-port.js';
import { where } from '../where.js';
import type { OutputLine } from '../wire/output-lines.js';
import { type ErrorClass, ThrownDecoder } from '../wire/remote-error.js';
import { LentEnds } from './lent-ends.js';
import { LoneWorker } from './lone-worker.js';
import { parkedWorker, type WorkerHandle } from './worker-handle.js';

const START_TIMEOUT_MS = 30_000;
const GRACE_MS = 1_000;

/** Options of one thread or process. */
export interface SpawnOptions {
  /**
   * It does not keep the program alive, and is killed when that ends. Default false: the program goes on until it has ended. A `join()` that
   * waits holds the program in any case; an `await` of the `result` of a daemon does not. While a daemon starts, it holds the program, too.
   * Started in a worker it ends with the task of that, daemon or not: join it there.
   */
  readonly daemon?: boolean | undefined;
  /** Its whole environment. Default: a copy of that of the program. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Limits of its memory; beyond them it dies. For a process only those of the old and the young generation. Default: those of Node. */
  readonly resourceLimits?: ResourceLimits | undefined;
  /** Time to start, and again to load the task, in ms. Default 30 000. */
  readonly startTimeoutMs?: number | undefined;
  /** Time to end after the task, or after `terminate()`; then it is killed. In ms. Default 1 000. */
  readonly graceMs?: number | undefined;
  /** Classes that the error of the task keeps, found by name, besides the built-in ones. */
  readonly errors?: readonly ErrorClass[] | undefined;
  /** Hears what it prints, line by line, all of it before `join` resolves. Default: it goes to stdout and stderr of this process. */
  readonly onOutput?: ((line: OutputLine) => void) | undefined;
}

/** What follows the task: its argument, which may be left out where the task takes undefined, and options. */
export type SpawnArguments<I> = undefined extends I ? [args?: I, options?: SpawnOptions] : [args: I, options?: SpawnOptions];

/**
 * Starts a thread, which runs a task once and ends, as Python's `threading.Thread`. `args` is copied; ends of pipes and queues are
 * given to it where they are the argument itself, or members of one that is an array or a plain object.
 *
 * A module that starts workers while it is loaded does so once, in the program: in a worker that loads the same module the handle is one
 * of nothing, and never settles.
 *
 * @param name for people and tools; it need not be the only one of that name
 * @param rest the argument of the task, `args`, and the options of the thread
 * @throws TypeError for what is no name, no task or no option, RangeError for a number out of range, ClosedError for an end that is not
 * here any more
 *
 * @example
 * ```ts
 * import { spawnThread, task } from '@millrace/workers';
 *
 * const greet = task(import.meta, 'greet', (whom: string) => `hello ${whom}`);
 *
 * const thread = spawnThread('greeter', greet, 'world', { graceMs: 500 });
 * console.log(await thread.result); // hello world
 * console.log(await thread.join(), thread.exitCode); // true 0
 * ```
 */
export function spawnThread<I, R>(name: string, task: Task<I, R>, ...rest: SpawnArguments<I>): WorkerHandle<R> {
  const [args, options] = rest;
  return spawned('thread', name, task, args, options);
}

/**
 * Starts a child process, which runs a task once and ends, as Python's `multiprocessing.Process`. It does not outlive this process: it is killed
 * when this one exits, and ends as soon as its event loop turns when this one was killed; one that a worker has started is killed when that
 * worker is gone, however it ended. SIGINT, which Ctrl-C brings to all processes of a terminal, is left to the program. Otherwise as
 * `spawnThread`.
 *
 * @param name for people and tools; it need not be the only one of that name
 * @param rest the argument of the task, `args`, and the options of the process
 * @throws as `spawnThread`
 *
 * @example
 * ```ts
 * import { spawnProcess, task } from '@millrace/workers';
 *
 * const stop = task(import.meta, 'stop', (code: number) => process.exit(code));
 *
 * const child = spawnProcess('stopper', stop, 7);
 * console.log(await child.join(), child.exitCode); // true 7
 * child.result.catch((error) => console.log(error.code)); // ERR_WORKER_DEATH
 * ```
 */
export function spawnProcess<I, R>(name: string, task: Task<I, R>, ...rest: SpawnArguments<I>): WorkerHandle<R> {
  const [args, options] = rest;
  return spawned('process', name, task, args, options);
}

const kinds = {
  thread: { start: startThread, owner: 'spawnThread' },
  process: { start: startProcess, owner: 'spawnProcess' },
} as const;

const resolver = {
  module: where.loneTask.href,
  compact: where.compact.lane.href,
  export: 'resolveLone',
} as const;

function spawned<R>(
  kind: keyof typeof kinds,
  name: string,
  task: Task<never, R>,
  args: unknown,
  options: SpawnOptions = {},
): WorkerHandle<R> {
  const { start, owner } = kinds[kind];
  checkSpawn(owner, name, task, options);
  if (parkWhileLoading() !== undefined) return parkedWorker(name);
  const { daemon = false, startTimeoutMs = START_TIMEOUT_MS, graceMs = GRACE_MS, env, resourceLimits, onOutput } = options;
  const thrown = new ThrownDecoder([TaskError, ImportError, ...(options.errors ?? [])]);
  return new LoneWorker<R>({
    ...{ name, task: { module: task.module, name: task.name, from: task.from }, ends: new LentEnds(args) },
    ...{ thrown, startTimeoutMs, graceMs, daemon },
    start: (events) => start({ ...{ lane: 0, name, env, resolver, startTimeoutMs, resourceLimits, thrown, onOutput } }, events),
  });
}
