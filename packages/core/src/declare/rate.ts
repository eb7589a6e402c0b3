import type { RateOptions } from './limits.js';
import { checkedRateOptions } from './option-check.js';
import { RateLimiter } from './rate-limiter.js';

/**
 * A limit on how many attempts start, for several io stages together: within any `perMs` at most `limit`, retries included. Made in a
 * module, it holds for all runs of the process together; made in a pipeline's factory, for each run alone. Stages that wait for it are
 * served in turns.
 *
 * ```ts
 * const quota = rateLimiter({ limit: 100, perMs: 1000 });
 * flow(ids).pipe(io('user', loadUser, { rate: quota }), io('orders', loadOrders, { rate: quota }));
 * ```
 *
 * @throws PlanError for a missing, unknown or bad option
 */
export function rateLimiter<Item = unknown>(options: RateOptions<Item>): RateLimiter<Item> {
  return new RateLimiter<Item>(checkedRateOptions(options));
}
