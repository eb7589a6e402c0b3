import { Emissions, type LaneContext, type LaneJob } from '@millrace/workers';
import type { TaskContext } from '../declare/context.js';
import type { AnyOperator, AnyTask, StageDeclaration } from '../declare/declaration.js';
import { StallError } from '../errors.js';
import { FusedChain, type Link } from './fused-chain.js';
import type { FusedSpec, LaneSpec } from './lane-spec.js';
import { OperatorChain } from './operator-chain.js';
import { isThenable, observableStall, outputMaker } from './outputs.js';
import { findStages } from './stage-lookup.js';

/** The resolver that a pool of core loads in each lane: from the names of a stage to its body. */
export async function resolveLaneJob(spec: unknown): Promise<LaneJob> {
  const laneSpec = spec as LaneSpec;
  const [stage, ...fused] = await findStages(laneSpec);
  if (laneSpec.fused !== undefined) return fusedJob([stage, ...fused], laneSpec.fused);
  return stage.body.kind === 'task' ? taskJob(stage, stage.body.task) : streamJob(stage, stage.body.operators, laneSpec);
}

function taskJob(stage: StageDeclaration, task: AnyTask): LaneJob {
  let context: TaskContext | undefined;
  // A job lives in one lane: its context is the same for all items.
  const contextOf = (lane: LaneContext): TaskContext => {
    context ??= { signal: lane.signal, attempt: 1, stage: stage.name, worker: lane.worker, resource: undefined };
    return context;
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
      return isThenable(result) ? result.then(toOutputs) : toOutputs(result);
    },
  };
}

function fusedJob(stages: readonly StageDeclaration[], { running }: FusedSpec): LaneJob {
  const links = stages.flatMap(({ name, body }): Link[] => (body.kind === 'task' ? [{ stage: name, task: body.task }] : []));
  return new FusedChain(links, running && new Int32Array(running));
}

function streamJob(stage: StageDeclaration, operators: readonly AnyOperator[], spec: LaneSpec): LaneJob {
  let fed = 0;
  let emitted = 0;
  return {
    kind: 'stream',
    maxHeld: spec.maxHeld ?? Number.POSITIVE_INFINITY,
    stalled: (held) => new StallError(stage.name, { in: fed, out: emitted - held, held }),
    open: (out) => {
      const chain = new OperatorChain(operators, {
        ...out,
        next: (value) => {
          emitted += 1;
          out.next(value);
        },
      });
      return {
        next: (item) => {
          fed += 1;
          chain.next(item);
        },
        complete: () => chain.complete(),
        close: () => chain.close(),
      };
    },
  };
}
