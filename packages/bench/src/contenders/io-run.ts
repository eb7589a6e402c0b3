import { setTimeout as sleep } from 'node:timers/promises';
import type { RunContender } from '../contender.js';
import type { Tally } from '../tally.js';
import { runItems } from '../workloads/numbers.js';
import { tallyOf, type Workload } from '../workloads/workload.js';

/** Tasks of an io scenario that are under way at once. */
export const concurrency = 64;

/** One run of an io scenario. */
export interface IoRun {
  readonly items: () => Iterable<unknown>;
  readonly task: (item: unknown) => Promise<unknown>;
  readonly tally: Tally;
}

/** How long a task waits: not at all, it gives a promise that is resolved already, or so many ms. */
export type Wait = 'none' | { readonly ms: number };

/** Cuts the items into runs of at most `perRun`, one after the other, all into one tally. */
export function inRuns(
  workload: Workload,
  wait: Wait,
  run: (once: IoRun) => Promise<void>,
  perRun: number = runItems,
): RunContender {
  return async (size) => {
    const tally = tallyOf(workload);
    const task = taskOf(workload, wait);
    for (let done = 0; done < size.items; done += perRun) {
      const items = Math.min(perRun, size.items - done);
      await run({ items: () => workload.items({ ...size, items }), task, tally });
    }
    return tally.outcome;
  };
}

function taskOf(workload: Workload, wait: Wait): IoRun['task'] {
  if (wait === 'none') return async (item) => workload.task(item);
  return async (item) => {
    await sleep(wait.ms);
    return workload.task(item);
  };
}
