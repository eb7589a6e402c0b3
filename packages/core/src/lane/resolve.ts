import { Emissions, type LaneContext, type LaneJob, type LaneScope, type TaskLaneJob } from '@millrace/workers';
import type { TaskContext } from '../declare/context.js';
import type { AnyTask, StageDeclaration } from '../declare/declaration.js';
import { FusedChain, type Link } from './fused-chain.js';
import type { FusedSpec, LaneSpec } from './lane-spec.js';
import { LaneTaskContext } from './lane-task-context.js';
import { isThenable, observableStall, outputMaker } from './outputs.js';
import { hasResource, openResource } from './resource.js';
import { findStages } from './stage-lookup.js';
import { streamJob } from './stream-job.js';

/** The resolver that a pool of core loads in each lane: from the names of a stage to its body. */
export async function resolveLaneJob(spec: unknown, scope: LaneScope): Promise<LaneJob> {
  const laneSpec = spec as LaneSpec;
  const [stage, ...fused] = await findStages(laneSpec);
  if (laneSpec.fused !== undefined) return fusedJob([stage, ...fused], laneSpec.fused);
  if (stage.body.kind === 'operators') return streamJob(stage.body.operators, laneSpec);
  if (!hasResource(stage)) return taskJob(stage, stage.body.task, undefined);
  const { value, close } = await openResource(stage, { ...scope, stage: stage.name }, laneSpec.resources);
  return { ...taskJob(stage, stage.body.task, value), close };
}

function taskJob(stage: StageDeclaration, task: AnyTask, resource: unknown): TaskLaneJob {
  let last: { readonly lane: LaneContext; readonly context: TaskContext } | undefined;
  // Items that a lane does not tell apart need not be told apart here.
  const contextOf = (lane: LaneContext): TaskContext => {
    if (last?.lane !== lane) last = { lane, context: new LaneTaskContext(lane, stage.name, resource) };
    return last.context;
  };
  const overflow = (held: number): Error => observableStall(stage.name, held);
  const toOutputs = (result: unknown): unknown => {
    const maker = outputMaker(result, overflow);
    return maker === undefined ? result : new Emissions(maker.iterator);
  };
  return {
    kind: 'task',
    run: (item, lane) => {
      const result = task(item, contextOf(lane));
      // The `then` of a thenable that is no promise need not give one, and may call what it is not given.
      return isThenable(result) ? Promise.resolve(result).then(toOutputs) : toOutputs(result);
    },
  };
}

function fusedJob(stages: readonly StageDeclaration[], { running }: FusedSpec): LaneJob {
  const links = stages.flatMap(({ name, body }): Link[] => (body.kind === 'task' ? [{ stage: name, task: body.task }] : []));
  return new FusedChain(links, running && new Int32Array(running));
}
