// Shared by all copies of the package in a process: a limiter of a module that brings its own copy limits all the same.
const limitKey: unique symbol = Symbol.for('millrace.rateLimiter');

/** What a limiter says. Its members are those of the option `rate`. */
export interface RateLimit<in Item> {
  readonly limit: number;
  readonly perMs: number;
  readonly key?: ((item: Item) => string | number | bigint | boolean) | undefined;
}

/**
 * One limit that several io stages have in common, of one run or of several: `io(name, task, { rate: limiter })`. Made by `rateLimiter`,
 * for stages that take items of type `Item`. A value that says what holds; what has started lately is known by the runs of the process.
 */
export class RateLimiter<in Item> {
  /** @internal */
  readonly [limitKey]: RateLimit<Item>;

  /** @internal Made by `rateLimiter(...)`. */
  constructor(limit: RateLimit<Item>) {
    this[limitKey] = limit;
  }
}

export function isRateLimiter(value: unknown): value is RateLimiter<never> {
  return typeof value === 'object' && value !== null && limitKey in value;
}

/** What the option `rate` says, whichever way it was given. */
export function limitOf(rate: RateLimit<never> | RateLimiter<never>): RateLimit<never> {
  return isRateLimiter(rate) ? rate[limitKey] : rate;
}
