import { defaults, type StageOptions } from '../declare/options/limits.js';
import { isPooled, type Placement, type RetryPlan, type StagePlan } from './plan.js';

/** What is planned for the attempts of a task's items, and why. */
export interface AttemptPlan extends Pick<StagePlan, 'timeoutMs' | 'retry'> {
  readonly attemptReasons: readonly string[];
}

export function attemptPlan({ timeoutMs, retry: options }: StageOptions, executor: Placement): AttemptPlan {
  const retry = retryPlan(options);
  const reasons = [
    retry && retryReason(retry, 'an item', options?.when !== undefined),
    timeoutMs === undefined ? undefined : timeoutReason(timeoutMs, executor),
  ];
  return { timeoutMs, retry, attemptReasons: reasons.filter((reason) => reason !== undefined) };
}

/** Undefined when the options leave an item its one attempt. */
export function retryPlan(options: StageOptions['retry']): RetryPlan | undefined {
  const attempts = options?.attempts ?? defaults.retry.attempts;
  if (attempts === 1) return undefined;
  return {
    attempts,
    delayMs: options?.delayMs ?? defaults.retry.delayMs,
    factor: options?.factor ?? defaults.retry.factor,
    maxDelayMs: options?.maxDelayMs ?? defaults.retry.maxDelayMs,
    jitter: options?.jitter ?? defaults.retry.jitter,
  };
}

export function retryReason({ attempts, delayMs, factor, maxDelayMs, jitter }: RetryPlan, what: string, asks: boolean): string {
  const delay = `${jitter ? 'up to ' : ''}${delayMs} ms, then ${factor} times as long each, ${maxDelayMs} ms at most`;
  return `up to ${attempts} attempts ${what}${asks ? ', where `when` wants them' : ''}, after ${delay}`;
}

function timeoutReason(ms: number, executor: Placement): string {
  const end = isPooled(executor) ? 'its lane is ended if it does not heed its signal' : 'it loses its place';
  const limit = isPooled(executor) ? '' : '; one that never awaits cannot be ended on the main thread';
  return `an attempt may take ${ms} ms, beyond that ${end}${limit}`;
}
