import type { RunContender } from '../contender.js';
import { outcomeOf, tallyOf, type Workload } from '../workloads/workload.js';

/** A loop on the main thread: the first thing one would write. */
export function inProcess(workload: Workload): RunContender {
  return async (size) => outcomeOf(workload, size);
}

/** The same by arrays: all items at once in memory, then all outputs. */
export function arrayMap(workload: Workload): RunContender {
  return async (size) => {
    const outputs = Array.from(workload.items(size)).map((item) => workload.task(item));
    const tally = tallyOf(workload);
    for (const output of outputs) tally.add(output);
    return tally.outcome;
  };
}
