import type { FlowDeclaration, StageDeclaration } from '../declare/declaration.js';
import type { ResourceLimits, RunOptions } from '../declare/options/limits.js';
import { PlanError } from '../errors.js';
import { isInLanes, isolationOf, type LaneStage } from './placement.js';
import type { Machine, PoolPlan } from './plan.js';

/** What a child process has no setting for. */
const ofThreadsOnly = ['codeRangeSizeMb', 'stackSizeMb'] as const;

/**
 * The pools of a run: stages of the same isolation and the same limits share one, of as many lanes as the run asks for or the machine has,
 * but no more than its stages can use.
 */
export function poolsOf(flow: FlowDeclaration, options: RunOptions, machine: Machine): readonly PoolPlan[] {
  const lanes = options.workers ?? machine.cores;
  const pools = new Map<string, LaneStage[]>();
  for (const stage of flow.stages) {
    if (!isInLanes(stage, options)) continue;
    refuseUnlimitable(stage, options);
    const key = poolKeyOf(stage, options);
    pools.set(key, [...(pools.get(key) ?? []), stage]);
  }
  return [...pools.values()].map((stages) => {
    const wanted = stages.reduce((sum, stage) => sum + lanesOf(stage, lanes), 0);
    return {
      isolation: isolationOf(stages[0]!, options) === 'process' ? 'process' : 'thread',
      workers: Math.min(lanes, wanted),
      resourceLimits: limitsOf(stages[0]!),
      stages: stages.map(({ name }) => name),
    };
  });
}

/** Stages of one run with the same key share a pool. */
export function poolKeyOf(stage: StageDeclaration, options: RunOptions): string {
  return JSON.stringify([isolationOf(stage, options), limitsOf(stage)]);
}

/** In one order, and undefined when nothing is limited: two ways to say the same are the same. */
function limitsOf(stage: StageDeclaration): ResourceLimits | undefined {
  const set = Object.entries(('resourceLimits' in stage.options ? stage.options.resourceLimits : undefined) ?? {}).sort(
    ([a], [b]) => (a < b ? -1 : 1),
  );
  return set.length === 0 ? undefined : Object.fromEntries(set);
}

function lanesOf({ body, options }: LaneStage, lanes: number): number {
  // Without a key there is one chain, which lives in one lane.
  const most = body.kind === 'operators' && options.key === undefined ? 1 : lanes;
  return Math.min(most, options.workers ?? most);
}

function refuseUnlimitable(stage: LaneStage, options: RunOptions): void {
  if (isolationOf(stage, options) !== 'process') return;
  const found = ofThreadsOnly.find((name) => stage.options.resourceLimits?.[name] !== undefined);
  if (found === undefined) return;
  throw new PlanError(
    `stage "${stage.name}": "resourceLimits.${found}" holds for worker threads only, and this stage runs in child processes: ` +
      `leave it out, or set isolation: 'thread'`,
  );
}
