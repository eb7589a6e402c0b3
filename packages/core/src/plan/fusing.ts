import type { AnyTask, FlowDeclaration, StageDeclaration } from '../declare/declaration.js';
import { defaults, type RunOptions } from '../declare/options/limits.js';
import { isInLanes } from './placement.js';
import type { StagePlan } from './plan.js';
import { poolKeyOf } from './pools.js';

/** How a stage stands to its neighbours. */
export interface Joint {
  /** Names of all stages that run in the same visit, this one included, in order. */
  readonly visit: readonly string[];
  /** Why it does not run in one visit with the cpu stage before it; undefined when it does, and when there is none. */
  readonly boundary: string | undefined;
}

/** Options that say nothing of the place between two stages; each other one that is set gives its stage a boundary of its own. */
const withoutBoundary: ReadonlySet<string> = new Set(['order', 'onError', 'isolation', 'resourceLimits']);

/** Decides which neighbouring stages run in one visit to a lane; one joint for each stage. */
export function jointsOf({ stages, places }: FlowDeclaration, options: RunOptions): readonly Joint[] {
  const visits: string[][] = [];
  const named = new Map(stages.map((stage) => [stage.name, stage]));
  const feeds = new Map(places.map(({ name, from }) => [name, from[0]]));
  return stages.map((stage) => {
    // Between two stages with nothing in their list between them: what feeds several has a tee behind it.
    const boundary = boundaryBefore(stage, named.get(feeds.get(stage.name) ?? ''), options);
    if (boundary.kind === 'none') visits.at(-1)!.push(stage.name);
    else visits.push([stage.name]);
    return { visit: visits.at(-1)!, boundary: boundary.kind === 'told' ? boundary.why : undefined };
  });
}

type Boundary =
  | { readonly kind: 'none' }
  /** One of them is no task of a cpu stage in a lane: nothing to tell. */
  | { readonly kind: 'plain' }
  | { readonly kind: 'told'; readonly why: string };

function boundaryBefore(stage: StageDeclaration, before: StageDeclaration | undefined, options: RunOptions): Boundary {
  if (before === undefined || !isInLanes(stage, options) || !isInLanes(before, options)) return { kind: 'plain' };
  const why = reasonBetween(before, stage, options);
  return why === undefined ? { kind: 'none' } : { kind: 'told', why: `not in one visit with "${before.name}": ${why}` };
}

function reasonBetween(before: StageDeclaration, stage: StageDeclaration, options: RunOptions): string | undefined {
  for (const { name, body } of [before, stage]) {
    if (body.kind === 'operators') return `the operators of "${name}" are one instance, which lives in one lane`;
  }
  if (poolKeyOf(before, options) !== poolKeyOf(stage, options)) return 'they run in different pools';
  for (const each of [before, stage]) {
    const own = Object.keys(each.options).find((option) => !withoutBoundary.has(option));
    if (own !== undefined) return `"${each.name}" has its own "${own}"`;
  }
  if (optionOf(before, 'order') !== optionOf(stage, 'order')) return 'their "order" differs';
  for (const each of [before, stage]) {
    const onError = optionOf(each, 'onError');
    if (onError !== 'fail') return `"${each.name}" has onError "${onError}", and the item that goes is to be its own`;
  }
  if (before.body.kind === 'task' && isGeneratorFunction(before.body.task)) {
    return `"${before.name}" is a generator function, and its outputs should spread over the lanes`;
  }
  return undefined;
}

function optionOf(stage: StageDeclaration, name: 'order' | 'onError'): string {
  return (stage.kind === 'cpu' ? stage.options[name] : undefined) ?? defaults[name];
}

function isGeneratorFunction(task: AnyTask): boolean {
  return /^\[object (Async)?GeneratorFunction\]$/.test(Object.prototype.toString.call(task));
}

/** The stages of a plan in groups that run in one visit each; most groups are of one stage. */
export function visitsOf(stages: readonly StagePlan[]): readonly (readonly [StagePlan, ...StagePlan[]])[] {
  const visits: [StagePlan, ...StagePlan[]][] = [];
  for (const stage of stages) {
    const visit = visits.at(-1);
    if (visit !== undefined && stage.fusedWith.includes(visit[0].name)) visit.push(stage);
    else visits.push([stage]);
  }
  return visits;
}
