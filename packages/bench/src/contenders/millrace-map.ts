import { task, threadPool } from '@millrace/workers';
import { type RunContender, workers } from '../contender.js';
import { tallyOf, type Workload } from '../workloads/workload.js';

/** The executor of @millrace/workers, without a pipeline. */
export function millraceMap(workload: Workload): RunContender {
  const run = task(new URL('./tasks.js', import.meta.url), workload.name);
  return async (size) => {
    const tally = tallyOf(workload);
    await threadPool({ workers }).use(async (pool) => {
      for await (const output of pool.map(run, workload.items(size))) tally.add(output);
    });
    return tally.outcome;
  };
}
