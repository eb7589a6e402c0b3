import type { Plan, StagePlan, visitsOf } from '../plan/index.js';
import { BatchEdge, Edge } from '../queue/index.js';

/** The plans that each live stage stands for: several where they run in one visit. */
export type Visits = ReturnType<typeof visitsOf>;

/** A queue, and the live stages on its two sides, by their numbers. */
export interface Link {
  readonly edge: Edge;
  readonly from: number;
  readonly to: number;
}

/** The queues of a plan, in the order of the stages that they lead into. */
export function linksOf(visits: Visits): readonly Link[] {
  const numbers = new Map(visits.flatMap((visit, number) => visit.map(({ name }) => [name, number] as const)));
  return visits.flatMap(([plan], to) => plan.from.map((name): Link => ({ edge: edgeInto(plan), from: numbers.get(name)!, to })));
}

function edgeInto({ capacity, capacityBytes, itemsEach }: StagePlan): Edge {
  return itemsEach === undefined ? new Edge(capacity!, capacityBytes) : new BatchEdge(capacity!, capacityBytes, itemsEach);
}

/** Queues out of a live stage: of one that branches, in the order of its branches. */
export function outputsOf(visits: Visits, links: readonly Link[], number: number): readonly Edge[] {
  const rest = links.filter(({ from }) => from === number);
  const { branches } = visits[number]![0];
  if (branches.length === 0) return rest.map(({ edge }) => edge);
  // Two branches may lead to the same stage; which of its queues is whose makes no difference.
  return branches.map(
    ({ to }) =>
      rest.splice(
        rest.findIndex((link) => leadsTo(visits, link, to)),
        1,
      )[0]!.edge,
  );
}

function leadsTo(visits: Visits, { to }: Link, name: Plan['stages'][number]['name']): boolean {
  const [first]: readonly [StagePlan, ...StagePlan[]] = visits[to]!;
  return first.name === name;
}
