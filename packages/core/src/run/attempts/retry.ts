import { inspect } from 'node:util';
import { longestMs } from '../../declare/options/limits.js';
import { silencePromise } from '../../declare/promised-items.js';
import { isInstance } from '../../is-instance.js';

/** When a failed item is tried again. */
export interface RetryPolicy {
  /** Attempts of one item in all, ≥ 1. */
  readonly attempts: number;
  /** Upper end of the first delay, in ms. */
  readonly delayMs: number;
  /** Each further delay is so many times as long, ≥ 1. */
  readonly factor: number;
  /** No delay is longer, in ms. */
  readonly maxDelayMs: number;
  /** Delays are chosen at random below their upper end, so that items that failed together do not come back together. */
  readonly jitter: boolean;
  /** Whether an error is worth another attempt; absent: every error is. */
  readonly when?: ((error: unknown, attempt: number) => boolean) | undefined;
}

/** What becomes of an item whose attempt has failed. `error` is why it fails for good. */
export type Verdict = { readonly kind: 'again' } | { readonly kind: 'failed'; readonly error: unknown };

const again: Verdict = { kind: 'again' };

/**
 * Time before the attempt that follows on number `attempt`, in ms: capped exponential backoff with "full jitter", as in Marc Brooker,
 * Exponential Backoff And Jitter, AWS Architecture Blog, 2015: `random_between(0, min(cap, base · 2^attempt))`.
 *
 * @param random gives numbers from 0 to below 1
 */
export function delayOf({ delayMs, factor, maxDelayMs, jitter }: RetryPolicy, attempt: number, random: () => number): number {
  const longest = Math.min(maxDelayMs, delayMs * factor ** (attempt - 1));
  return jitter ? random() * longest : longest;
}

/** How long the whole stage is to rest, as an error says by `retryAfterMs`; 0 when it says nothing that makes sense. */
export function restOf(error: unknown): number {
  try {
    const { retryAfterMs } = Object(error) as { retryAfterMs?: unknown };
    return typeof retryAfterMs === 'number' && retryAfterMs > 0 ? Math.min(retryAfterMs, longestMs) : 0;
  } catch {
    // The error is the user's, and so are its getters.
    return 0;
  }
}

/** Whether attempt number `attempt`, which failed with `error`, is followed by another. */
export function verdictOn({ attempts, when }: RetryPolicy, error: unknown, attempt: number): Verdict {
  if (attempt >= attempts) return { kind: 'failed', error };
  if (when === undefined) return again;
  try {
    const wanted: unknown = when(error, attempt);
    if (wanted === true) return again;
    if (wanted === false) return { kind: 'failed', error };
    silencePromise(wanted);
    throw new TypeError(`retry.when must return true or false, it returned ${typeof wanted}`);
  } catch (thrown) {
    return { kind: 'failed', error: causedBy(thrown, error) };
  }
}

/**
 * The error of `when` is what is to be mended first; the one it was asked about is its cause. Where it can have none, as it is no error, has a
 * cause of its own or is frozen, both are told side by side: none is hidden by the other.
 */
function causedBy(thrown: unknown, original: unknown): unknown {
  if (Object.is(thrown, original)) return thrown;
  // Not assigned: the error may be frozen.
  const cause = { value: original, writable: true, configurable: true };
  if (isInstance(thrown, Error) && !hasOwnCause(thrown) && Reflect.defineProperty(thrown, 'cause', cause)) return thrown;
  return new AggregateError([thrown, original], `retry.when threw ${textOf(thrown)}; it was asked about ${textOf(original)}`);
}

/** What is thrown is the user's, and may be a proxy. */
function hasOwnCause(error: Error): boolean {
  try {
    return Object.hasOwn(error, 'cause');
  } catch {
    return true;
  }
}

/** Never throws, whatever getters there are. */
function textOf(thrown: unknown): string {
  try {
    return isInstance(thrown, Error)
      ? `${thrown.name}: ${thrown.message}`
      : inspect(thrown, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
  } catch {
    return 'what has no text';
  }
}
