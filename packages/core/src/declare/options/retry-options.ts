import { longestMs } from './bounds.js';
import type { DefaultsOf, OptionTable, ValueOf } from './option.js';

/** Members of the option `retry`, of stages and sinks alike. */
export const retryMembers = {
  options: {
    /** Attempts of one item in all; `onError` says what comes after the last. One that has given an output is not repeated. */
    attempts: {
      kind: 'integer',
      min: 1,
      default: 1,
      unit: 'attempts',
      doc: 'Attempts of one item in all; `onError` says what comes after the last. One that has given an output is not repeated.',
    },
    /** Longest delay before the second attempt. The `retryAfterMs` of an error holds the whole stage for so long besides. */
    delayMs: {
      kind: 'integer',
      min: 0,
      max: longestMs,
      default: 200,
      unit: 'ms',
      doc: 'Longest delay before the second attempt. The `retryAfterMs` of an error holds the whole stage for so long besides.',
    },
    /** Each further delay may be so many times as long. */
    factor: { kind: 'number', min: 1, default: 2, doc: 'Each further delay may be so many times as long.' },
    /** No delay is longer. */
    maxDelayMs: { kind: 'integer', min: 0, max: longestMs, default: 30_000, unit: 'ms', doc: 'No delay is longer.' },
    /** Delays are random, from none to the longest; false: always the longest. */
    jitter: {
      kind: 'boolean',
      default: true,
      doc: 'Delays are random, from none to the longest; false: always the longest.',
    },
    /** Whether an error is worth another attempt. What it throws fails the item, with the error as its cause. */
    when: {
      kind: 'function',
      signature: '(error, attempt) => boolean',
      defaultText: 'every error is',
      doc: 'Whether an error is worth another attempt. What it throws fails the item, with the error as its cause.',
    },
  },
  later: [],
} as const satisfies OptionTable;

type RetryTable = typeof retryMembers.options;

/**
 * The option `retry` of a stage or a sink: how often, and how soon, an item or a write is tried again. Without it there is one attempt;
 * one that sets other members and not `attempts` is a `PlanError`. Delays grow exponentially, each random between none and the longest
 * ("full jitter": Marc Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015).
 *
 * @interface
 */
export type RetryOptions = { readonly [Name in keyof RetryTable]?: ValueOf<RetryTable[Name]> | undefined };

const retry = retryMembers.options;

export const retryDefaults: DefaultsOf<RetryTable> = {
  attempts: retry.attempts.default,
  delayMs: retry.delayMs.default,
  factor: retry.factor.default,
  maxDelayMs: retry.maxDelayMs.default,
  jitter: retry.jitter.default,
};
