import { availableCores } from '@millrace/workers/internal/cores';
import { PlanError } from '../errors.js';
import type { Machine } from '../plan/index.js';

let read: Machine | undefined;

/** What the system and its cgroup grant. Read once: to look takes longer than a short run needs to start. */
export function thisMachine(): Machine {
  read ??= { cores: availableCores() };
  return read;
}

/** The machine that a plan is asked for: the one given, by default this one. @throws PlanError when it is none */
export function machineOf(machine: unknown): Machine {
  if (machine === undefined) return thisMachine();
  const cores: unknown = (machine as { cores?: unknown } | null)?.cores;
  if (typeof cores === 'number' && Number.isSafeInteger(cores) && cores >= 1) return { cores };
  throw new PlanError(`plan(params, machine): machine must be { cores: an integer ≥ 1 }, got cores ${String(cores)}`);
}
