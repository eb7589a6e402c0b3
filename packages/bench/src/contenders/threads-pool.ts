import { Pool, spawn, Worker } from 'threads';
import { type RunContender, workers } from '../contender.js';
import { tallyOf, type Workload } from '../workloads/workload.js';
import { promiseWindow } from './promise-window.js';

type Tasks = Record<string, (item: unknown) => Promise<unknown>>;

const concurrency = 8;

/** The pool of threads.js, with several tasks at once in a worker. Its Worker takes no URL, and a path as seen from this file. */
export function threadsPool(workload: Workload): RunContender {
  return async (size) => {
    const pool = Pool(() => spawn<Tasks>(new Worker('./threads-worker.js')), { size: workers, concurrency });
    const tally = tallyOf(workload);
    const call = (item: unknown): PromiseLike<unknown> => pool.queue((worker) => worker[workload.name]!(item));
    await promiseWindow(workload.items(size), workers * concurrency, call, tally);
    await pool.terminate();
    return tally.outcome;
  };
}
