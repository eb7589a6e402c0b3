import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { coreBudget, type Machine } from '../plan/index.js';

/** Reads what the system and its cgroup grant. */
export function thisMachine(): Machine {
  return coreBudget({
    available: availableParallelism(),
    cpuMax: textOf('/sys/fs/cgroup/cpu.max'),
    cfsQuota: textOf('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'),
    cfsPeriod: textOf('/sys/fs/cgroup/cpu/cpu.cfs_period_us'),
  });
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No such file on this system: there is no quota to read.
    return undefined;
  }
}
