import { type SinkOptions, sinkDefaults } from '../declare/limits.js';
import { retryPlan, retryReason } from './attempt-plan.js';
import type { StagePlan } from './plan.js';

type SinkLimits = Pick<
  StagePlan,
  | 'capacity'
  | 'capacityBytes'
  | 'batch'
  | 'batchBytes'
  | 'batchMs'
  | 'concurrency'
  | 'timeoutMs'
  | 'retry'
  | 'onError'
  | 'reasons'
>;

/** What is planned for the writes of a sink, and why. */
export function sinkLimits(options: SinkOptions): SinkLimits {
  const retry = retryPlan(options.retry);
  const limits = {
    capacity: options.capacity ?? sinkDefaults.capacity,
    capacityBytes: options.capacityBytes ?? sinkDefaults.capacityBytes,
    batch: options.batch?.items ?? sinkDefaults.batch.items,
    batchBytes: options.batch?.bytes,
    batchMs: options.batch?.ms,
    concurrency: options.concurrency ?? sinkDefaults.concurrency,
    timeoutMs: options.timeoutMs,
    retry,
    onError: options.onError ?? sinkDefaults.onError,
  };
  return { ...limits, reasons: reasonsOf(limits, options.retry?.when !== undefined) };
}

function reasonsOf({ concurrency, batchMs, retry, timeoutMs, onError }: Omit<SinkLimits, 'reasons'>, asks: boolean): string[] {
  const writes = concurrency === 1 ? 'one write at a time' : `up to ${concurrency} writes at once, in no order`;
  const when =
    batchMs === undefined ? 'of what has come by then' : `when it is full or its first item has waited for ${batchMs} ms`;
  const reasons = [`${writes}, ${when}`];
  if (retry !== undefined) reasons.push(retryReason(retry, 'a write', asks));
  if (timeoutMs !== undefined) reasons.push(`an attempt of a write may take ${timeoutMs} ms`);
  if (onError !== 'fail') reasons.push('a batch that cannot be written is halved until the rows that are to blame stand alone');
  return reasons;
}
