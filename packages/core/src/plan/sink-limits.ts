import { type SinkOptions, sinkDefaults } from '../declare/options/limits.js';
import { retryPlan, retryReason } from './attempt-plan.js';
import { arraysFor } from './items-each.js';
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

/** What is planned for the writes of a sink, and why. @param itemsEach items in each of what comes: arrays of a `batch`, or 1 */
export function sinkLimits(options: SinkOptions, itemsEach: number): SinkLimits {
  const retry = retryPlan(options.retry);
  const limits = {
    capacity: options.capacity ?? arraysFor(sinkDefaults.capacity, itemsEach),
    capacityBytes: options.capacityBytes ?? sinkDefaults.capacityBytes,
    batch: options.batch?.items ?? arraysFor(sinkDefaults.batch.items, itemsEach),
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
