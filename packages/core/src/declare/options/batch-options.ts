import { longestMs } from './bounds.js';
import type { DefaultsOf, OptionTable, ValueOf } from './option.js';
import { queueBytes } from './queue-options.js';

export const batchLimits = {
  options: {
    /** Items that may wait before the stage. */
    capacity: { kind: 'integer', min: 1, default: 1024, unit: 'items', doc: 'Items that may wait before the stage.' },
    ...queueBytes,
    /** Items of one batch at most; a batch of so many leaves at once. What is not set behind it holds about as many items as elsewhere, in arrays. */
    items: {
      kind: 'integer',
      min: 1,
      default: 1024,
      unit: 'items',
      doc: 'Items of one batch at most; a batch of so many leaves at once. What is not set behind it holds about as many items as elsewhere, in arrays.',
    },
    /** Time after the first item of a batch at which it leaves with what it has. */
    ms: {
      kind: 'integer',
      min: 1,
      max: longestMs,
      defaultText: 'no limit',
      unit: 'ms',
      doc: 'Time after the first item of a batch at which it leaves with what it has.',
    },
  },
  later: [],
} as const satisfies OptionTable;

const batch = batchLimits.options;

type BatchTable = typeof batch;

/**
 * Options of `batch(...)`: one of `items` and `ms` at least.
 *
 * @interface
 */
export type BatchOptions = { readonly [Name in keyof BatchTable]?: ValueOf<BatchTable[Name]> | undefined };

/** Defaults of options of `batch(...)`. */
export const batchDefaults: DefaultsOf<BatchTable> = {
  capacity: batch.capacity.default,
  capacityBytes: batch.capacityBytes.default,
  items: batch.items.default,
};
