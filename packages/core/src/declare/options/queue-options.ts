import type { Option } from './option.js';

/** What every stage with a queue takes besides its capacity, whose text is its own. */
export const queueBytes = {
  /** The same in bytes, counted for strings, buffers and typed arrays; the item that reaches them is still taken. */
  capacityBytes: {
    kind: 'integer',
    min: 1,
    default: 64 * 2 ** 20,
    unit: 'bytes',
    doc: 'The same in bytes, counted for strings, buffers and typed arrays; the item that reaches them is still taken.',
  },
} as const satisfies Record<string, Option>;
