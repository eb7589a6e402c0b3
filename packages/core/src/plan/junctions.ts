import type { JunctionDeclaration, PlaceDeclaration } from '../declare/declaration.js';
import { defaults } from '../declare/options/limits.js';
import { arraysFor } from './items-each.js';
import type { BranchPlan, StagePlan } from './plan.js';

type JunctionPlan = Pick<
  StagePlan,
  'name' | 'kind' | 'executor' | 'capacity' | 'capacityBytes' | 'maxHeld' | 'branches' | 'reasons'
>;

/**
 * How a flow parts or joins: always on the main thread, as it costs a hop and no work.
 *
 * @param itemsEach items in each of what comes: arrays of a `batch`, or 1
 */
export function junctionPlan(junction: JunctionDeclaration, { from, to }: PlaceDeclaration, itemsEach: number): JunctionPlan {
  const { capacityBytes } = defaults;
  const capacity = arraysFor(defaults.capacity, itemsEach);
  const common = { name: junction.name, kind: 'route', executor: 'inline', capacity, capacityBytes } as const;
  if (junction.kind === 'merge') {
    return {
      ...common,
      maxHeld: undefined,
      branches: [],
      reasons: [`takes from ${quoted(from)} in turns, and ends when all have ended`],
    };
  }
  const branches = junction.branches.map(({ name }, i): BranchPlan => ({ name, to: to[i]! }));
  if (junction.kind === 'tee') return { ...common, maxHeld: undefined, branches, reasons: teeReasons(branches) };
  // The item whose branch is full.
  return { ...common, maxHeld: 1, branches, reasons: routeReasons(junction, branches) };
}

function routeReasons({ branches }: Extract<JunctionDeclaration, { kind: 'route' }>, plans: readonly BranchPlan[]): string[] {
  const rest = branches.at(-1)?.takes === undefined ? [] : ['an item that no branch takes fails'];
  return [`each item goes to the first branch that takes it: ${plans.map(branchText).join(', ')}`, ...rest];
}

function teeReasons(branches: readonly BranchPlan[]): string[] {
  return [`each item, the same object, goes to all: ${branches.map(branchText).join(', ')}`];
}

function branchText({ name, to }: BranchPlan): string {
  return name === undefined ? `on to "${to}"` : `branch "${name}" to "${to}"`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
