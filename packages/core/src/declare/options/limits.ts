import { batchLimits } from './batch-options.js';
import { flowLimits, observableLimits, operatorsLimits } from './flow-options.js';
import type { OptionTable } from './option.js';
import { runLimits } from './run-options.js';
import { sinkLimits } from './sink-options.js';
import { stageLimits } from './stage-limits.js';

export { type BatchOptions, batchDefaults } from './batch-options.js';
export { longestMs } from './bounds.js';
export { type FlowOptions, type ObservableOptions, type OperatorsOptions, observableDefaults } from './flow-options.js';
export type { RetryOptions } from './retry-options.js';
export { type RunOptions, runDefaults } from './run-options.js';
export { type SinkBatchOptions, type SinkOptions, sinkDefaults } from './sink-options.js';
export { windowPerConcurrency, windowPerWorker } from './stage-limits.js';
export {
  type CpuOperatorsOptions,
  type CpuTaskOptions,
  concurrencyOf,
  defaults,
  type InlineOptions,
  type IoOperatorsOptions,
  type IoTaskOptions,
  type RateOptions,
  type ResourceLimits,
  type StageOptions,
} from './stage-options.js';

/**
 * The one table of options: their types, defaults, checks and docs/options.md derive from it. Its parts lie in options/, each beside the types
 * and defaults that are made of it. The doc comment of an entry equals its `doc` (a test compares them).
 */
export const limits = {
  stage: stageLimits,
  batch: batchLimits,
  sink: sinkLimits,
  run: runLimits,
  operators: operatorsLimits,
  flow: flowLimits,
  observable: observableLimits,
} as const satisfies Record<string, OptionTable>;
