import { cpu, flow, pipeline } from '@millrace/core';
import { type RunContender, type Size, workers } from '../contender.js';
import { Tally } from '../tally.js';
import { tallyOf, type Workload } from '../workloads/workload.js';
import { workloadNamed } from '../workloads/workloads.js';
import { tallySink } from './millrace-tally.js';

const guards = { workers, retry: { attempts: 3 }, timeoutMs: 10_000 };

// Of the run that is alive: a factory of cpu stages is called with params that were cloned, and can be given no object of the caller.
let tally = new Tally(() => 0);
const sink = tallySink(() => tally);

const guarded = pipeline(
  import.meta,
  'guarded',
  ({ workload: name, size }: { readonly workload: string; readonly size: Size }) => {
    const workload = workloadNamed(name);
    return flow(() => workload.items(size))
      .pipe(cpu('task', (item) => workload.task(item), guards))
      .to(sink);
  },
);

/** A cpu stage that would try again and give up what takes too long, while somebody listens to what the run tells. */
export function millraceGuarded(workload: Workload): RunContender {
  return async (size) => {
    tally = tallyOf(workload);
    const run = guarded.start({ workload: workload.name, size }, { workers });
    const listening = run.events.subscribe();
    await run.finished;
    listening.unsubscribe();
    return tally.outcome;
  };
}
