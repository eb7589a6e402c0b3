import type { BatchOptions } from './limits.js';
import { checkedBatchOptions } from './option-check.js';
import { type StageOperator, stageOperator } from './step.js';

/**
 * Puts items together: each output is an array of those that came one after the other, `items` of them at most. A batch leaves when it has
 * so many, or `ms` after its first item; the last one leaves at the end with what it has, and none is ever empty. With `ms` alone a batch
 * holds 1,024 items at most. While the next stage has no room, a batch whose time is up goes on filling.
 *
 *     flow(rows).pipe(batch({ items: 500, ms: 1000 }), io('insert', (rows) => insertAll(rows)))
 *
 * In a pipeline it is a stage named `batch-1`, `batch-2` … along the flow.
 * @throws PlanError without `items` and `ms`, and for a bad option.
 */
export function batch<T>(options: BatchOptions): StageOperator<T, T[]>;
export function batch(options: BatchOptions): StageOperator<unknown, unknown> {
  return stageOperator([{ kind: 'batch', options: checkedBatchOptions(options) }]);
}
