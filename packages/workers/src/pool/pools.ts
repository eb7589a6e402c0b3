import { ImportError } from '../entry/lookup/import-module.js';
import { TaskError } from '../entry/lookup/task-registry.js';
import { lanePool } from '../lanes/lane-pool.js';
import { where } from '../where.js';
import { availableCores } from './cores.js';
import { Executor } from './executor.js';
import { LoopLanes } from './loop-lanes.js';
import { checkPoolOptions, type PoolOptions } from './options.js';
import type { TaskPool } from './task-pool.js';

const LOOP_WORKERS = 16;
const CAPACITY = 1024;
const START_TIMEOUT_MS = 30_000;
const GRACE_MS = 1_000;

const resolver = {
  module: where.taskResolver.href,
  compact: where.compact.lane.href,
  export: 'resolveTask',
} as const;

/**
 * A pool of worker threads: for computing. They start with the first call, and keep the process alive until `drain()` or `cancel()`.
 *
 * @throws TypeError or RangeError for an option that is wrong
 *
 * @example
 * ```ts
 * import { task, threadPool } from '@millrace/workers';
 *
 * // At the top level of its module: each worker imports the module, and finds the task by its name.
 * const isPrime = task(import.meta, 'isPrime', (n: number) => {
 *   for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
 *   return n > 1;
 * });
 *
 * const pool = threadPool({ workers: 2 });
 * console.log(await pool.submit(isPrime, 1_000_003)); // true
 * for await (const prime of pool.map(isPrime, [7, 8, 9])) console.log(prime); // true, false, false
 * await pool.drain();
 * ```
 */
export function threadPool(options: PoolOptions = {}): TaskPool {
  checkPoolOptions('threadPool', options);
  return workerPool('thread', options);
}

/**
 * A pool of child processes: for computing that may end its process, by a crash in native code or by memory beyond all limits. A message costs
 * more than with threads. Otherwise as `threadPool`.
 *
 * @throws TypeError or RangeError for an option that is wrong
 *
 * @example
 * ```ts
 * import { processPool, task, WorkerDeathError } from '@millrace/workers';
 *
 * const risky = task(import.meta, 'risky', (n: number): number => (n === 2 ? process.exit(3) : n));
 *
 * await processPool({ workers: 2 }).use(async (pool) => {
 *   for await (const settled of pool.asCompleted(risky, [1, 2, 3])) {
 *     if (settled.status === 'fulfilled') console.log(settled.index, settled.value);
 *     else console.log(settled.index, settled.reason instanceof WorkerDeathError); // 1 true
 *   }
 * });
 * ```
 */
export function processPool(options: PoolOptions = {}): TaskPool {
  checkPoolOptions('processPool', options);
  return workerPool('process', options);
}

/**
 * A pool on the event loop of this thread: for waiting, at most `workers` items at once. Arguments and results are handed over as they are,
 * not copied; a task that computes holds up the whole thread, and cannot be ended by a time limit.
 *
 * @throws TypeError or RangeError for an option that is wrong
 *
 * @example
 * ```ts
 * import { setTimeout as sleep } from 'node:timers/promises';
 * import { loopPool, task } from '@millrace/workers';
 *
 * const wait = task(import.meta, 'wait', (ms: number, { signal }) => sleep(ms, `${ms} ms`, { signal }));
 *
 * await loopPool({ workers: 8 }).use(async (pool) => {
 *   for await (const text of pool.mapUnordered(wait, [30, 1])) console.log(text); // 1 ms, 30 ms
 * });
 * ```
 */
export function loopPool(options: PoolOptions = {}): TaskPool {
  checkPoolOptions('loopPool', options);
  const { workers = LOOP_WORKERS, graceMs = GRACE_MS, startTimeoutMs = START_TIMEOUT_MS } = options;
  const lanes = new LoopLanes({ size: workers, startTimeoutMs, graceMs });
  return new Executor({ ...options, ...{ lanes, workers, graceMs, capacity: options.capacity ?? CAPACITY } });
}

function workerPool(isolation: 'thread' | 'process', options: PoolOptions): TaskPool {
  const {
    workers = availableCores(),
    graceMs = GRACE_MS,
    startTimeoutMs,
    maxRestarts,
    resourceLimits,
    onLane,
    onOutput,
  } = options;
  const { minWorkers = workers, idleMs } = options;
  if (minWorkers > workers) {
    throw new RangeError(`${isolation}Pool: option "minWorkers" is ${minWorkers}, more than the ${workers} of "workers"`);
  }
  const lanes = lanePool({
    ...{ isolation, size: workers, minSize: minWorkers, idleMs, resolver, graceMs, startTimeoutMs, maxRestarts, resourceLimits },
    ...{ onLane, onOutput },
    errors: [TaskError, ImportError, ...(options.errors ?? [])],
  });
  return new Executor({ ...options, ...{ lanes, workers, graceMs, capacity: options.capacity ?? CAPACITY } });
}
