import { type LaneEvent, type LanePool, WorkerDeathError, type WorkerLine } from '@millrace/workers';
import type { ErrorClass } from '../declare/pipeline/pipeline-declaration.js';
import type { Plan, PoolPlan } from '../plan/index.js';
import type { Holdings } from './holdings.js';
import { laneEventOf } from './report/lane-events.js';
import type { RunEvent } from './report/run-events.js';

/** What the pools of a run tell it. */
export interface RunPoolsHost {
  readonly emit: (event: RunEvent) => void;
  /** Time since the run began, in ms. */
  readonly elapsed: () => number;
  /** Whether a stage is at work. */
  readonly lives: (stage: string) => boolean;
  readonly broken: (stage: string, error: Error) => void;
}

/** Opens the pools of the plan, which start no lane before there is work for it; gives the pool of a stage that the plan places in one. */
export function openPools(
  plan: Plan,
  holdings: Holdings,
  errors: readonly ErrorClass[],
  host: RunPoolsHost,
): (stage: string) => LanePool {
  const pools = plan.pools.map((pool, index) =>
    holdings.openPool(pool, errors, listener(plan, pool, index, host), printer(pool, index, host)),
  );
  return (stage) => pools[plan.pools.findIndex(({ stages }) => stages.includes(stage))]!;
}

function listener(plan: Plan, pool: PoolPlan, index: number, host: RunPoolsHost): (event: LaneEvent) => void {
  return (event) => {
    const told = laneEventOf(event, host.elapsed(), index);
    if (told !== undefined) host.emit(told);
    if (event.kind === 'retired') laneRetired(plan, pool, event, host);
  };
}

function printer({ stages }: PoolPlan, index: number, { emit, elapsed }: RunPoolsHost): (line: WorkerLine) => void {
  return (line) => emit({ type: 'output', at: elapsed(), pool: index, stages, ...line });
}

/** The other lanes go on, but keys that belong to this one can go to none of them. */
function laneRetired(
  plan: Plan,
  { stages }: PoolPlan,
  { worker, death }: Extract<LaneEvent, { kind: 'retired' }>,
  { lives, broken }: RunPoolsHost,
): void {
  for (const { name, order, workers } of plan.stages) {
    if (order !== 'key' || worker >= workers! || !stages.includes(name) || !lives(name)) continue;
    const message = `lane ${worker} died too often and is not replaced, and the keys of stage "${name}" that belong to it can go to no other; its last death: ${death.message}`;
    broken(name, new WorkerDeathError(message, death, { cause: death }));
  }
}
