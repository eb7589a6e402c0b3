import { RateLimiter } from '../rate-limiter.js';
import type { RateOptions } from './limits.js';
import { checkedRateOptions } from './option-check.js';

/**
 * A limit on how many attempts start, for several io stages together: within any `perMs` at most `limit`, retries included. Made in a
 * module, it holds for all runs of the process together; made in a pipeline's factory, for each run alone. Stages that wait for it are
 * served in turns.
 *
 * @example
 * ```ts
 * import { flow, io, rateLimiter } from '@millrace/core';
 *
 * const quota = rateLimiter({ limit: 100, perMs: 1000 });
 * const load = async (url: string): Promise<unknown> => (await fetch(url)).json();
 * const loaded = flow(['https://example.com/users', 'https://example.com/orders']).pipe(io('load', load, { rate: quota }));
 * ```
 *
 * @param options `limit` is in attempts, `perMs` in ms; with `key` each key has a limit of its own
 * @throws PlanError for a missing, unknown or bad option
 */
export function rateLimiter<Item = unknown>(options: RateOptions<Item>): RateLimiter<Item> {
  return new RateLimiter<Item>(checkedRateOptions(options));
}
