import type {
  FlowDeclaration,
  PlaceDeclaration,
  SinkDeclaration,
  SourceDeclaration,
  StageDeclaration,
} from '../declare/declaration.js';
import { type BatchOptions, batchDefaults, defaults, type RunOptions, sinkDefaults } from '../declare/options/limits.js';
import { PlanError } from '../errors.js';
import { boundOf } from './bound.js';
import { chainPlan } from './chain-plan.js';
import { refuseLostLetters, rejectionPlan } from './failure-plan.js';
import { type Joint, jointsOf } from './fusing.js';
import { arraysFor, arraysReasons, itemsEachOf } from './items-each.js';
import { junctionPlan } from './junctions.js';
import { placementOf } from './placement.js';
import type { Machine, Plan, PoolPlan, StagePlan } from './plan.js';
import { poolsOf } from './pools.js';
import { type PullSize, pullSize } from './pull-size.js';
import { sinkLimits } from './sink-limits.js';
import { refuseSharedTargets } from './sink-targets.js';
import { taskPlan } from './task-plan.js';

/** Sources of one flow at most: the tag of an item has so many bits for its source. */
const maxSources = 256;

type Unplaced = Omit<StagePlan, 'from'>;

const nothing: Omit<StagePlan, 'name' | 'kind' | 'from' | 'executor' | 'reasons'> = {
  branches: [],
  workers: undefined,
  concurrency: undefined,
  concurrencyPerKey: undefined,
  rate: undefined,
  window: undefined,
  capacity: undefined,
  capacityBytes: undefined,
  batch: undefined,
  batchBytes: undefined,
  batchMs: undefined,
  order: undefined,
  fedAhead: undefined,
  maxHeld: undefined,
  chain: undefined,
  onError: undefined,
  timeoutMs: undefined,
  retry: undefined,
  transfer: undefined,
  maxTasksPerWorker: undefined,
  fusedWith: [],
};

/** Decides how a flow runs on a machine. Pure: the same declaration, options and machine give the same plan. */
export function planFlow(pipeline: string, flow: FlowDeclaration, options: RunOptions, machine: Machine): Plan {
  refuseTooMany(flow);
  const pools = poolsOf(flow, options, machine);
  const poolOf = ({ name }: StageDeclaration): PoolPlan | undefined => pools.find(({ stages }) => stages.includes(name));
  refuseLostLetters(flow);
  refuseSharedTargets(flow);
  const joints = jointsOf(flow, options);
  const arrays = itemsEachOf(flow);
  const eachOf = ({ name }: { readonly name: string }): number => arrays.get(name)!;
  const unplaced: Unplaced[] = [
    ...flow.sources.map(sourcePlan),
    ...flow.stages.map((stage, i) => jointed(stagePlan(stage, options, poolOf(stage), machine, eachOf(stage)), joints[i]!)),
    ...flow.junctions.map((junction) => ({
      ...nothing,
      ...junctionPlan(junction, placeOf(flow, junction.name), eachOf(junction)),
    })),
    ...flow.sinks.map((sink) => sinkPlan(sink, flow.sinks.length, eachOf(sink))),
    ...(flow.output === undefined ? [] : [outputPlan(flow.output, arrays.get(flow.output)!)]),
  ];
  const named = new Map(unplaced.map((stage) => [stage.name, stage]));
  const stages = flow.places.map(({ name, from }): StagePlan => ({ ...behindBatch(named.get(name)!, arrays.get(name)!), from }));
  return {
    pipeline,
    workers: pools.reduce((sum, { workers }) => sum + workers, 0),
    pools,
    stages,
    bound: boundOf(flow, stages, pullSizes(flow)),
    guarantee: 'none: nothing is stored',
    ...rejectionPlan(flow),
  };
}

function behindBatch(stage: Unplaced, itemsEach: number): Unplaced {
  if (itemsEach === 1) return stage;
  return { ...stage, itemsEach, reasons: [...stage.reasons, ...arraysReasons(stage.kind, itemsEach)] };
}

function refuseTooMany({ sources }: FlowDeclaration): void {
  if (sources.length <= maxSources) return;
  throw new PlanError(
    `a flow has ${maxSources} sources at most, and this one merges ${sources.length}: let one source read several of them`,
  );
}

function placeOf({ places }: FlowDeclaration, named: string): PlaceDeclaration {
  return places.find(({ name }) => name === named)!;
}

function pullSizes({ sources }: FlowDeclaration): ReadonlyMap<string, PullSize> {
  return new Map(sources.map((source) => [source.name, pullSize(source)]));
}

function sourcePlan(source: SourceDeclaration): Unplaced {
  return { ...nothing, name: source.name, kind: 'source', executor: 'loop', reasons: [`reads ${pullSize(source).why}`] };
}

function stagePlan(
  stage: StageDeclaration,
  options: RunOptions,
  pool: PoolPlan | undefined,
  machine: Machine,
  itemsEach: number,
): Unplaced {
  const { executor, reasons } = placementOf(stage, options, pool, machine);
  const common = {
    ...nothing,
    name: stage.name,
    kind: stage.kind,
    executor,
    capacity: stage.options.capacity ?? arraysFor(defaults.capacity, itemsEach),
    capacityBytes: stage.options.capacityBytes ?? defaults.capacityBytes,
  };
  if (stage.kind === 'batch') return { ...common, ...batchLimits(stage.options, reasons) };
  if (stage.kind === 'inline' || stage.body.kind === 'operators') {
    const chain = chainPlan(stage, pool, itemsEach);
    return { ...common, ...chain, reasons: [...reasons, ...chain.reasons] };
  }
  return { ...common, ...taskPlan(stage, executor, reasons, pool, itemsEach) };
}

/** Adds what a stage has to do with its neighbours. One that is not the first of its visit has no queue, window and batch of its own. */
function jointed(plan: Unplaced, { visit, boundary }: Joint): Unplaced {
  if (boundary !== undefined) return jointed({ ...plan, reasons: [...plan.reasons, boundary] }, { visit, boundary: undefined });
  if (visit.length === 1) return plan;
  const fusedWith = visit.filter((name) => name !== plan.name);
  const together = `runs in one visit with ${fusedWith.map((name) => `"${name}"`).join(', ')}: items cross to the lane once`;
  if (plan.name === visit[0]) return { ...plan, fusedWith, reasons: [...plan.reasons, together] };
  const none = { capacity: undefined, capacityBytes: undefined, window: undefined, batch: undefined };
  return { ...plan, ...none, fusedWith, reasons: [plan.reasons[0]!, together] };
}

function batchLimits({ items, ms }: BatchOptions, reasons: readonly string[]): Pick<StagePlan, 'batch' | 'batchMs' | 'reasons'> {
  const batch = items ?? batchDefaults.items;
  const time = ms === undefined ? '' : `, or ${ms} ms after its first item`;
  const told = `a batch leaves with ${batch} items${time}, and at the end with what it has; behind it, an item is a batch`;
  return { batch, batchMs: ms, reasons: [...reasons, told] };
}

const end = { ...nothing, kind: 'sink', executor: 'loop' } as const;

function outputPlan(name: string, itemsEach: number): Unplaced {
  return {
    ...end,
    name,
    capacity: arraysFor(sinkDefaults.capacity, itemsEach),
    capacityBytes: sinkDefaults.capacityBytes,
    reasons: ['the flow has no sink: items go to the reader, or are counted and dropped'],
  };
}

/** @param sinks how many the flow has */
function sinkPlan({ name, options }: SinkDeclaration, sinks: number, itemsEach: number): Unplaced {
  const { reasons, ...limits } = sinkLimits(options, itemsEach);
  const barrier = sinks > 1 ? ['commits when all sinks have written everything'] : [];
  return { ...end, name, ...limits, reasons: [...reasons, ...barrier] };
}
