import type { Finish, Size } from '../contender.js';
import { tallyOf, type Workload } from '../workloads/workload.js';

/** One item at a time, the next one after the result of the last one: what a lone item has to wait. */
export async function oneByOne(workload: Workload, size: Size, call: (item: unknown) => PromiseLike<unknown>): Promise<Finish> {
  const tally = tallyOf(workload);
  const times = new Float64Array(size.items);
  let next = 0;
  for (const item of workload.items(size)) {
    const startedAt = performance.now();
    const output = await call(item);
    times[next++] = performance.now() - startedAt;
    tally.add(output);
  }
  return { ...tally.outcome, p50Us: times.sort()[times.length >> 1]! * 1000 };
}
