import { Piscina } from 'piscina';
import { type RunContender, workers } from '../contender.js';
import { tallyOf, type Workload } from '../workloads/workload.js';
import { oneByOne } from './one-by-one.js';
import { promiseWindow } from './promise-window.js';

/** Piscina, tuned: tasks wait in the workers, not in its queue, and it takes no times. Of its modes of `atomics` the default is fastest. */
export function piscina(workload: Workload, { perWorker }: { readonly perWorker: number }): RunContender {
  return async (size) => {
    const pool = open(workload, workers, perWorker);
    const tally = tallyOf(workload);
    await promiseWindow(workload.items(size), workers * perWorker, (item) => pool.run(item), tally);
    await pool.destroy();
    return tally.outcome;
  };
}

export function piscinaOneByOne(workload: Workload): RunContender {
  return async (size) => {
    const pool = open(workload, 1, 1);
    const finish = await oneByOne(workload, size, (item) => pool.run(item));
    await pool.destroy();
    return finish;
  };
}

function open(workload: Workload, threads: number, concurrentTasksPerWorker: number): Piscina {
  return new Piscina({
    filename: new URL('./tasks.js', import.meta.url).href,
    name: workload.name,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker,
    recordTiming: false,
  });
}
