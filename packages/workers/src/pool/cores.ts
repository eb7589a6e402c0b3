import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Cores this program may use: those of the system, or fewer where a container has a quota of them, which is rounded up. */
export function availableCores(
  read: (file: string) => string | undefined = textOf,
  available: number = availableParallelism(),
): number {
  const [quota, period] = read('/sys/fs/cgroup/cpu.max')?.trim().split(/\s+/) ?? [
    read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'),
    read('/sys/fs/cgroup/cpu/cpu.cfs_period_us'),
  ];
  const granted = Number(quota) / Number(period);
  // No quota is written as `max`, or as -1.
  return Number.isFinite(granted) && granted > 0 ? Math.min(available, Math.ceil(granted)) : available;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // No such file on this system: there is no quota to read.
    return undefined;
  }
}
