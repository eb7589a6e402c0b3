import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { type RunContender, workers } from '../contender.js';
import { tallyOf, type Workload } from '../workloads/workload.js';
import { promiseWindow } from './promise-window.js';

/** Workerpool gives a worker one task at a time; so many more wait in its queue. */
export function workerPool(workload: Workload, { perWorker }: { readonly perWorker: number }): RunContender {
  return async (size) => {
    const pool = workerpool.pool(fileURLToPath(new URL('./workerpool-worker.js', import.meta.url)), {
      workerType: 'thread',
      minWorkers: workers,
      maxWorkers: workers,
    });
    const tally = tallyOf(workload);
    await promiseWindow(workload.items(size), workers * perWorker, (item) => pool.exec(workload.name, [item]), tally);
    await pool.terminate();
    return tally.outcome;
  };
}
