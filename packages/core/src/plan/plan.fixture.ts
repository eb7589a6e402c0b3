// Declarations as tests of the planner need them, short.
import { filter, map } from 'rxjs';
import type { FlowDeclaration } from '../declare/declaration.js';
import { declarationOf, type Flow, flow, type SinkFlow } from '../declare/flow/flow.js';
import type { RunOptions } from '../declare/options/limits.js';
import type { Sink } from '../declare/sink.js';
import type { Source } from '../declare/source.js';
import { cpu, io } from '../declare/steps/stage.js';
import type { Plan, StagePlan } from './plan.js';
import { planFlow } from './planner.js';

export const double = (n: number): number => n * 2;

export function rows(maxPull?: number): Source<number> {
  const open = (): AsyncIterable<never> => {
    throw new Error('a planner opens nothing');
  };
  return maxPull === undefined ? { name: 'rows', open } : { name: 'rows', maxPull, open };
}

export const nowhere: Sink<unknown> = {
  name: 'nowhere',
  open: () => {
    throw new Error('a planner opens nothing');
  },
};

export function planned(declared: Flow<unknown> | SinkFlow, options: RunOptions = {}, cores = 4): Plan {
  return planFlow('test', declarationOf(declared), options, { cores });
}

export function stageOf(plan: Plan, name: string): StagePlan {
  const stage = plan.stages.find((each) => each.name === name);
  if (stage === undefined) throw new Error(`no stage "${name}" among ${plan.stages.map((each) => each.name).join(', ')}`);
  return stage;
}

/** One stage of each kind, with the defaults. */
export function wholeFlow(): SinkFlow {
  return flow(rows(100))
    .pipe(
      cpu('parse', double),
      filter((n) => n > 0),
      map((n) => n + 1),
      io('fetch', async (n) => n),
    )
    .to(nowhere);
}

export function wholeDeclaration(): FlowDeclaration {
  return declarationOf(wholeFlow());
}
