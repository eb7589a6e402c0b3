import type { StageDeclaration } from '../declare/declaration.js';
import { defaults } from '../declare/options/limits.js';
import { arraysFor } from './items-each.js';
import type { PoolPlan, StagePlan } from './plan.js';

/** Items that may lie in the lane of an operator stage before its chain takes them. */
const maxFedAhead = 1024;
/** Outputs of one of several lanes that may wait on the main thread for room in the next queue. */
export const maxLaneOutputs = 256;

type ChainStage = Exclude<StageDeclaration, { kind: 'batch' }>;
type Decided = Pick<StagePlan, 'workers' | 'order' | 'fedAhead' | 'maxHeld' | 'chain' | 'reasons'>;

/**
 * What is decided of a stage whose body is a chain of operators.
 *
 * @param pool of the stage, when it has one
 * @param itemsEach items in each of what comes: arrays of a `batch`, or 1
 */
export function chainPlan({ body, options, kind }: ChainStage, pool: PoolPlan | undefined, itemsEach: number): Decided {
  const { key, workers: asked, maxPending, keyIdleMs, maxKeys = defaults.maxKeys } = kind === 'inline' ? {} : (options ?? {});
  const keyed = key !== undefined;
  const workers = pool && (keyed ? Math.min(pool.workers, asked ?? pool.workers) : 1);
  const lineage = body.kind === 'operators' ? body.lineage : undefined;
  return {
    workers,
    order: keyed ? 'key' : undefined,
    fedAhead: workers && workers * arraysFor(maxFedAhead, itemsEach),
    maxHeld: options.maxHeld ?? defaults.maxHeld,
    chain: { maxPending, maxKeys: keyed ? maxKeys : undefined, keyIdleMs, lineage },
    reasons: [
      keyed ? keyedReason(workers) : 'one instance of its operators, fed in order: they may be stateful',
      ...(keyIdleMs === undefined ? [] : [`an instance is completed after ${keyIdleMs} ms without an item of its key`]),
      ...(maxPending === undefined ? [] : [`fed while it owes fewer than ${maxPending} outputs, one for each input`]),
      ...(lineage === undefined ? [] : ['each output has the position of the input being fed']),
    ],
  };
}

function keyedReason(workers: number | undefined): string {
  const dealt = workers === undefined || workers === 1 ? '' : `, dealt to ${workers} lanes by key`;
  return `one instance of its operators for each key${dealt}: results do not depend on the number of lanes`;
}
