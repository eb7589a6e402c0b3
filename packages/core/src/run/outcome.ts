import { CancelledError } from '../errors.js';
import type { RunReport } from './report/report.js';
import type { Outcome } from './run-state.js';

/** What tasks, lanes and the sink are told; undefined when all is done and there is nobody to tell. */
export function reasonOf(outcome: Outcome): unknown {
  if (outcome.kind === 'failed') return outcome.error;
  if (outcome.kind !== 'cancelled') return undefined;
  return outcome.reason ?? new CancelledError('the run was cancelled');
}

/** What the run is rejected with, and the report in it; undefined when it was completed or drained. */
export function errorOf(outcome: Outcome, report: RunReport): Error | undefined {
  if (outcome.kind === 'completed' || outcome.kind === 'drained') return undefined;
  const error =
    outcome.kind === 'failed' ? outcome.error : new CancelledError('the run was cancelled', { cause: outcome.reason });
  // Not enumerable: who prints the error wants to see the error. Not assigned: a PlanError of someone else's may be frozen.
  Reflect.defineProperty(error, 'report', { value: report, writable: true, configurable: true });
  return error;
}
