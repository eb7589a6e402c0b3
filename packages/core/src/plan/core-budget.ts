import type { Machine } from './plan.js';

/** What the system says of its cores; texts are contents of cgroup files, undefined where there is no such file. */
export interface CoreReadings {
  /** As `os.availableParallelism()` counts. */
  readonly available: number;
  /** cgroup v2 `cpu.max`: `"max 100000"` or `"150000 100000"`, in µs of quota and period. */
  readonly cpuMax?: string | undefined;
  /** cgroup v1 `cpu.cfs_quota_us` and `cpu.cfs_period_us`; a quota of -1 means none. */
  readonly cfsQuota?: string | undefined;
  readonly cfsPeriod?: string | undefined;
}

/** The cores this program may use: a container's quota counts as whole cores, rounded up, since a part of a core still runs a lane. */
export function coreBudget({ available, cpuMax, cfsQuota, cfsPeriod }: CoreReadings): Machine {
  const [quota, period] = cpuMax === undefined ? [cfsQuota, cfsPeriod] : cpuMax.trim().split(/\s+/);
  const granted = Number(quota) / Number(period);
  const limit = Number.isFinite(granted) && granted > 0 ? Math.ceil(granted) : available;
  return { cores: Math.max(1, Math.min(available, limit)) };
}
