import { longestMs, mostAtOnce } from './bounds.js';
import type { DefaultsOf, OptionTable, ValueOf } from './option.js';
import { queueBytes } from './queue-options.js';
import { type RetryOptions, retryDefaults, retryMembers } from './retry-options.js';

export const sinkLimits = {
  options: {
    /** Items that may wait before the sink. */
    capacity: { kind: 'integer', min: 1, default: 1024, unit: 'items', doc: 'Items that may wait before the sink.' },
    ...queueBytes,
    /** What one write brings at most, and how long it waits for that. */
    batch: {
      kind: 'group',
      doc: 'What one write brings at most, and how long it waits for that.',
      members: {
        options: {
          /** Items of one write. */
          items: { kind: 'integer', min: 1, default: 1024, unit: 'items', doc: 'Items of one write.' },
          /** Bytes of one write, counted for strings, buffers and typed arrays; a larger item is written alone. */
          bytes: {
            kind: 'integer',
            min: 1,
            defaultText: 'no limit',
            unit: 'bytes',
            doc: 'Bytes of one write, counted for strings, buffers and typed arrays; a larger item is written alone.',
          },
          /** Time that the first item of a write waits for others at most. */
          ms: {
            kind: 'integer',
            min: 1,
            max: longestMs,
            defaultText: 'a write waits for nothing and takes what has come',
            unit: 'ms',
            doc: 'Time that the first item of a write waits for others at most.',
          },
        },
        later: [],
      },
    },
    /** Writes at once; with more than one their order is not kept. */
    concurrency: {
      kind: 'integer',
      min: 1,
      max: mostAtOnce,
      default: 1,
      unit: 'writes',
      doc: 'Writes at once; with more than one their order is not kept.',
    },
    /** Time that one attempt of a write may take; beyond it the attempt fails with a TimeoutError. */
    timeoutMs: {
      kind: 'integer',
      min: 1,
      max: longestMs,
      defaultText: 'no limit',
      unit: 'ms',
      doc: 'Time that one attempt of a write may take; beyond it the attempt fails with a TimeoutError.',
    },
    /** Whether and when a write that has failed is repeated, whole: a sink that keeps a part of it gets that part twice. */
    retry: {
      kind: 'group',
      doc: 'Whether and when a write that has failed is repeated, whole: a sink that keeps a part of it gets that part twice.',
      members: retryMembers,
    },
    /** What becomes of a batch that cannot be written: `fail` ends the run; otherwise it is halved until its bad rows stand alone. */
    onError: {
      kind: 'choice',
      values: ['fail', 'skip', 'deadLetter'],
      default: 'fail',
      doc: 'What becomes of a batch that cannot be written: `fail` ends the run; otherwise it is halved until its bad rows stand alone.',
    },
  },
  later: ['checkpoint'],
} as const satisfies OptionTable;

const sink = sinkLimits.options;

type SinkTable = typeof sink;
type WriteTable = typeof sink.batch.members.options;

/**
 * The option `batch` of a sink: what one write brings at most, and how long it waits for that.
 *
 * @interface
 */
export type SinkBatchOptions = { readonly [Name in keyof WriteTable]?: ValueOf<WriteTable[Name]> | undefined };

/** Options that have members, by a name that messages and the API reference can use. */
interface SinkGroups {
  readonly retry: RetryOptions;
  readonly batch: SinkBatchOptions;
}
type SinkValue<Name extends keyof SinkTable> = Name extends keyof SinkGroups ? SinkGroups[Name] : ValueOf<SinkTable[Name]>;

/**
 * Options of `flow.to(sink, options)`.
 *
 * @interface
 */
export type SinkOptions = { readonly [Name in keyof SinkTable]?: SinkValue<Name> | undefined };

/** Defaults of sink options. */
export const sinkDefaults: DefaultsOf<SinkTable> = {
  capacity: sink.capacity.default,
  capacityBytes: sink.capacityBytes.default,
  batch: { items: sink.batch.members.options.items.default },
  concurrency: sink.concurrency.default,
  retry: retryDefaults,
  onError: sink.onError.default,
};
