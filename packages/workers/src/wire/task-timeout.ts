import { TimeoutError } from '../errors.js';

/** Timers of Node fire at once beyond it: 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Why an item fails that took longer than `Job.timeoutMs`; the same whether its lane noticed it or the pool. */
export function taskTimeout(timeoutMs: number): TimeoutError {
  return new TimeoutError(`the task took longer than its timeout of ${timeoutMs} ms`);
}

/** The time as a timer of Node.js takes it: one that is longer, or has no end, is the longest there is. */
export function timerMs(ms: number): number {
  return Math.max(0, Math.min(ms, MAX_TIMER_MS));
}
