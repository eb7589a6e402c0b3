import { Tinypool } from 'tinypool';
import { type RunContender, workers } from '../contender.js';
import { tallyOf, type Workload } from '../workloads/workload.js';
import { promiseWindow } from './promise-window.js';

/** Tinypool, with as many tasks in each worker as it is told. */
export function tinypool(workload: Workload, { perWorker }: { readonly perWorker: number }): RunContender {
  return async (size) => {
    const pool = new Tinypool({
      filename: new URL('./tasks.js', import.meta.url).href,
      name: workload.name,
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker: perWorker,
    });
    const tally = tallyOf(workload);
    await promiseWindow(workload.items(size), workers * perWorker, (item) => pool.run(item), tally);
    await pool.destroy();
    return tally.outcome;
  };
}
