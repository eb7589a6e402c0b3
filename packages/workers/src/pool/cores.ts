import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Of cgroup v2: `max 100000` or `150000 100000`, in µs of quota and period. */
const LIMIT_FILE = '/sys/fs/cgroup/cpu.max';
/** Of cgroup v1; a quota of -1 means none. */
const QUOTA_FILE = '/sys/fs/cgroup/cpu/cpu.cfs_quota_us';
const PERIOD_FILE = '/sys/fs/cgroup/cpu/cpu.cfs_period_us';

/**
 * Cores this program may use: those of the system, or fewer where a container has a quota of them. That is rounded up, since a part of a
 * core still runs a worker.
 *
 * @param read gives the text of a file, undefined where there is none
 * @param available as `os.availableParallelism()` counts
 */
export function availableCores(
  read: (file: string) => string | undefined = textOf,
  available: number = availableParallelism(),
): number {
  const [quota, period] = read(LIMIT_FILE)?.trim().split(/\s+/) ?? [read(QUOTA_FILE), read(PERIOD_FILE)];
  const granted = Number(quota) / Number(period);
  const limit = Number.isFinite(granted) && granted > 0 ? Math.ceil(granted) : available;
  return Math.max(1, Math.min(available, limit));
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // No such file on this system: there is no quota to read.
    return undefined;
  }
}
