import type { StageDeclaration } from '../declare/declaration.js';
import { concurrencyOf, defaults, type StageOptions, windowPerConcurrency, windowPerWorker } from '../declare/options/limits.js';
import { attemptPlan } from './attempt-plan.js';
import { failureReasons } from './failure-plan.js';
import { arraysFor } from './items-each.js';
import { isPooled, type Placement, type PoolPlan, type StagePlan } from './plan.js';
import { startPlan } from './start-plan.js';

/** Items of a batch when the pool may choose. */
const maxBatch = 1024;

type TaskStage = Extract<StageDeclaration, { kind: 'io' | 'cpu' }>;

/** What is planned for a stage whose body is a task, and why. @param itemsEach items in each of what comes: arrays of a `batch`, or 1 */
export function taskPlan(
  stage: TaskStage,
  executor: Placement,
  reasons: readonly string[],
  pool: PoolPlan | undefined,
  itemsEach: number,
): Partial<StagePlan> & Pick<StagePlan, 'reasons'> {
  const { attemptReasons, ...attempts } = attemptPlan(stage.options, executor);
  const { startReasons, ...starts } = startPlan(stage.options, executor);
  const limits = stage.kind === 'io' ? ioLimits(stage, reasons) : cpuLimits(stage, pool?.workers ?? 1, itemsEach, reasons);
  const onError = stage.options.onError ?? defaults.onError;
  return {
    order: orderOf(stage.options),
    onError,
    ...attempts,
    ...limits,
    ...starts,
    ...(pool ? laneLimits(stage) : {}),
    reasons: [
      ...limits.reasons,
      ...startReasons,
      ...attemptReasons,
      ...failureReasons(onError),
      ...resourceReasons(stage, executor),
    ],
  };
}

function orderOf({ key, order }: StageOptions): 'input' | 'key' | 'none' {
  return order ?? (key === undefined ? defaults.order : 'key');
}

type TaskLimits = Pick<StagePlan, 'concurrency' | 'window' | 'workers' | 'batch' | 'reasons'>;

function ioLimits({ options }: TaskStage, reasons: readonly string[]): TaskLimits {
  const concurrency = concurrencyOf(options);
  const window = options.window ?? windowPerConcurrency * concurrency;
  return {
    concurrency,
    window,
    workers: undefined,
    batch: undefined,
    reasons: [...reasons, windowReason(options.window, window, `${windowPerConcurrency} × concurrency`)],
  };
}

function cpuLimits({ options }: TaskStage, pool: number, itemsEach: number, reasons: readonly string[]): TaskLimits {
  const workers = Math.min(pool, options.workers ?? pool);
  const perWorker = arraysFor(windowPerWorker, itemsEach);
  const window = options.window ?? workers * perWorker;
  const given = options.batch === undefined || options.batch === 'auto' ? maxBatch : options.batch;
  const batch = Math.min(given, window);
  const why = given === options.batch ? 'as its options say' : 'sized by how long the task takes';
  return {
    concurrency: undefined,
    workers,
    window,
    batch,
    reasons: [
      ...reasons,
      windowReason(options.window, window, `workers × ${perWorker}`),
      `batches of up to ${batch} items, ${batch < given ? 'the whole window' : why}`,
    ],
  };
}

function resourceReasons({ options }: TaskStage, executor: Placement): string[] {
  if (options.setup === undefined) return [];
  const place = isPooled(executor) ? 'in each lane before its first item there' : 'for all of its tasks before the first item';
  return [`setup makes a resource ${place}`];
}

/** Of no meaning on the main thread. */
function laneLimits({ options }: TaskStage): Pick<StagePlan, 'transfer' | 'maxTasksPerWorker'> {
  return { transfer: options.transfer ?? defaults.transfer, maxTasksPerWorker: options.maxTasksPerWorker };
}

function windowReason(given: number | undefined, window: number, rule: string): string {
  return given === undefined ? `window of ${window}: ${rule}` : `window of ${window}, as its options say`;
}
