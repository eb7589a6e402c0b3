import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { PlanError } from '../errors.js';
import { coreBudget, type Machine } from '../plan/index.js';

let read: Machine | undefined;

/** What the system and its cgroup grant. Read once: to look takes longer than a short run needs to start. */
export function thisMachine(): Machine {
  read ??= coreBudget({
    available: availableParallelism(),
    cpuMax: textOf('/sys/fs/cgroup/cpu.max'),
    cfsQuota: textOf('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'),
    cfsPeriod: textOf('/sys/fs/cgroup/cpu/cpu.cfs_period_us'),
  });
  return read;
}

/** The machine that a plan is asked for: the one given, by default this one. @throws PlanError when it is none */
export function machineOf(machine: unknown): Machine {
  if (machine === undefined) return thisMachine();
  const cores: unknown = (machine as { cores?: unknown } | null)?.cores;
  if (typeof cores === 'number' && Number.isSafeInteger(cores) && cores >= 1) return { cores };
  throw new PlanError(`plan(params, machine): machine must be { cores: an integer ≥ 1 }, got cores ${String(cores)}`);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No such file on this system: there is no quota to read.
    return undefined;
  }
}
