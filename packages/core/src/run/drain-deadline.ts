import { TimeoutError } from '@millrace/workers';
import { limits } from '../declare/options/limits.js';
import { PlanError } from '../errors.js';
import type { Timers } from '../timers.js';
import type { RunReport } from './report/report.js';

/** A run that drains. */
export interface Draining {
  readonly finished: Promise<RunReport>;
  /** Name of the stage that it waits for. */
  readonly stuck: () => string;
  readonly cancel: (reason: Error) => void;
}

/** @throws PlanError for what is no deadline */
export function checkDeadline(ms: number): void {
  const { max } = limits.run.options.graceMs;
  if (ms >= 0 && ms <= max) return;
  throw new PlanError(`drain(ms): the deadline must be a number of ms from 0 to ${max}, got ${String(ms)}`);
}

/** Cancels a run that has not drained after so many ms. Rejects with the `TimeoutError` then, and else as the run does. */
export async function drainedWithin(ms: number, { finished, stuck, cancel }: Draining, timers: Timers): Promise<RunReport> {
  let late: TimeoutError | undefined;
  const callOff = timers.after(ms, () => {
    late = new TimeoutError(`the run did not drain within ${ms} ms: stage "${stuck()}" would not finish`);
    cancel(late);
  });
  try {
    return await finished;
  } catch (error) {
    throw late ?? error;
  } finally {
    callOff();
  }
}
