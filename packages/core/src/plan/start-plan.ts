import type { StageOptions } from '../declare/options/limits.js';
import { isRateLimiter, limitOf } from '../declare/rate-limiter.js';
import { isPooled, type Placement, type RatePlan, type StagePlan } from './plan.js';

/** What is planned for when admitted items of a task may start, and why. */
export interface StartPlan extends Pick<StagePlan, 'concurrencyPerKey' | 'rate'> {
  readonly startReasons: readonly string[];
}

export function startPlan(options: StageOptions, executor: Placement): StartPlan {
  const keyed = options.key !== undefined;
  const concurrencyPerKey = keyed && !isPooled(executor) ? (options.concurrencyPerKey ?? 1) : undefined;
  const rate = ratePlan(options.rate);
  const reasons = [keyed ? keyReason(concurrencyPerKey) : undefined, rate && rateReason(rate)];
  return { concurrencyPerKey, rate, startReasons: reasons.filter((reason) => reason !== undefined) };
}

function keyReason(perKey: number | undefined): string {
  if (perKey === undefined) return 'items of one key run in one lane, in order; other keys overtake them';
  const many = perKey === 1 ? 'one after another' : `${perKey} at once at most`;
  return `items of one key run ${many}, begun in order; other keys overtake them`;
}

function ratePlan(options: StageOptions['rate']): RatePlan | undefined {
  if (options === undefined) return undefined;
  const { limit, perMs, key } = limitOf(options);
  return { limit, perMs, keyed: key !== undefined, shared: isRateLimiter(options) };
}

function rateReason({ limit, perMs, keyed, shared }: RatePlan): string {
  const whose = `${keyed ? ' for each key' : ''}${shared ? ', with all that have this limiter' : ''}`;
  return `at most ${limit} attempts start within any ${perMs} ms${whose}; who waits for that takes no place of the concurrency`;
}
