import type { BatchOptions } from '../options/limits.js';
import { checkedBatchOptions } from '../options/option-check.js';
import { type StageOperator, stageOperator } from './step.js';

/**
 * Puts items together: each output is an array of those that came one after the other, `items` of them at most. A batch leaves when it has
 * so many, or `ms` after its first item; the last one leaves at the end with what it has, and none is ever empty. With `ms` alone a batch
 * holds 1,024 items at most. While the next stage has no room, a batch whose time is up goes on filling.
 *
 * In a pipeline it is a stage named `batch-1`, `batch-2` … along the flow.
 *
 * @example
 * ```ts
 * import { batch, flow, io } from '@millrace/core';
 *
 * const sizes = await flow(Array.from({ length: 1200 }, (_, id) => ({ id })))
 *   .pipe(batch({ items: 500 }), io('insert', async (rows) => rows.length))
 *   .toArray(); // [500, 500, 200]
 * ```
 *
 * @param options `items`, `ms` (in ms), or both; and how much may wait before the stage
 * @throws PlanError without `items` and `ms`, and for a bad option
 */
export function batch<T>(options: BatchOptions): StageOperator<T, T[]>;
export function batch(options: BatchOptions): StageOperator<unknown, unknown> {
  return stageOperator([{ kind: 'batch', options: checkedBatchOptions(options) }]);
}
