import type { LaneJob } from '@millrace/workers';
import { workloadNamed } from '../workloads/workloads.js';

/** Called in the lanes of `millrace-pool.ts`. */
export async function resolveLane(workload: string): Promise<LaneJob> {
  const found = workloadNamed(workload);
  return { kind: 'task', run: (item) => found.task(item) };
}
