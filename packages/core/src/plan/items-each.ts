import type { FlowDeclaration } from '../declare/declaration.js';
import { batchDefaults } from '../declare/options/limits.js';
import type { StageKind } from './plan.js';

/**
 * Items in each of the arrays that come to a stage, at most, by its name: behind a `batch` its size, also through what parts and joins the
 * flow; 1 for all others. What a task or a chain gives counts as single items: whether it gives arrays on, nobody can see.
 */
export function itemsEachOf({ stages, junctions, places }: FlowDeclaration): ReadonlyMap<string, number> {
  const sizes = new Map(stages.flatMap((stage) => (stage.kind === 'batch' ? [[stage.name, batchSize(stage)] as const] : [])));
  const passing = new Set(junctions.map(({ name }) => name));
  const into = new Map<string, number>();
  const outOf = new Map<string, number>();
  for (const { name, from } of places) {
    const each = Math.max(1, ...from.map((before) => outOf.get(before)!));
    const size = sizes.get(name);
    into.set(name, each);
    outOf.set(name, size === undefined ? (passing.has(name) ? each : 1) : size * each);
  }
  return into;
}

function batchSize({ options }: Extract<FlowDeclaration['stages'][number], { kind: 'batch' }>): number {
  return options.items ?? batchDefaults.items;
}

/** How many arrays of up to `each` stand for so many items: two at least, so that one may come while another goes. */
export function arraysFor(items: number, each: number): number {
  return each === 1 ? items : Math.max(2, Math.ceil(items / each));
}

/** What a plan says of a stage behind a `batch`. */
export function arraysReasons(kind: StageKind, each: number): string[] {
  if (each === 1) return [];
  const come = `what comes to it are arrays of up to ${each} items`;
  const gives = kind === 'io' || kind === 'cpu' || kind === 'inline';
  return [gives ? `${come}; what it gives counts as one item each, an array too` : come];
}
