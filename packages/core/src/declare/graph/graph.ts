import { PlanError } from '../../errors.js';
import type {
  ErrorPolicy,
  FlowDeclaration,
  JunctionDeclaration,
  SinkDeclaration,
  SourceDeclaration,
  StageDeclaration,
} from '../declaration.js';
import type { Draft } from './draft.js';
import { layoutOf, taggedOf, type Vertex } from './layout.js';
import { type Names, namesOf } from './names.js';

/** A flow as far as it is built. */
export interface Graph {
  readonly declaration: FlowDeclaration;
  /** Name of the branch whose builder it comes from: it is a part of a flow only, and cannot be run by itself. */
  readonly partOf: string | undefined;
}

/** @throws PlanError for two stages of one name */
export function graphOf(draft: Draft): Graph {
  const { vertices, loose } = layoutOf(draft);
  const names = namesOf(vertices);
  const nameOf = (vertex: Vertex): string => names.get(vertex)!;
  const declaration: FlowDeclaration = {
    sources: vertices.flatMap((vertex) => sourceOf(vertex, names)),
    stages: vertices.flatMap((vertex) => stageOf(vertex, names)),
    junctions: vertices.flatMap((vertex) => junctionOf(vertex, names)),
    sinks: vertices.flatMap((vertex) => sinkOf(vertex, names)),
    ...policyOf(vertices),
    output: names.get(vertices.find(({ kind }) => kind === 'output')!),
    places: vertices.map((vertex) => ({
      name: nameOf(vertex),
      from: vertex.from.map(nameOf),
      // While it is built, a branch may lead nowhere yet.
      to: vertex.to.filter((next) => next !== undefined).map(nameOf),
    })),
  };
  return { declaration, partOf: loose?.name };
}

/** @throws PlanError for a branch by itself */
export function wholeFlow({ declaration, partOf }: Graph): FlowDeclaration {
  if (partOf === undefined) return declaration;
  throw new PlanError(
    `the flow of branch "${partOf}" is a part of the flow that branches and cannot be run by itself: ` +
      'return it from the function that builds the branch, and run what route(...) or tee(...) returns',
  );
}

/** What flows that are merged say of errors holds for all of what they become. @throws PlanError when they say different things */
function policyOf(vertices: readonly Vertex[]): ErrorPolicy {
  const policies = vertices.flatMap(({ kind, node }) => (kind === 'source' && node.kind === 'source' ? [node.policy] : []));
  return { deadLetters: commonOf('deadLetters', policies), maxErrors: commonOf('maxErrors', policies) };
}

function commonOf<Name extends keyof ErrorPolicy>(name: Name, policies: readonly ErrorPolicy[]): ErrorPolicy[Name] {
  const given = new Set(policies.map((policy) => policy[name]).filter((value) => value !== undefined));
  if (given.size > 1) {
    throw new PlanError(
      `merge(...): the flows set different "${name}", and a run has one: give it to one flow(source, options), or the same to all`,
    );
  }
  return [...given][0];
}

function sourceOf(vertex: Vertex, names: Names): SourceDeclaration[] {
  const { node } = vertex;
  return vertex.kind === 'source' && node.kind === 'source' ? [{ ...node.source, name: names.get(vertex)! }] : [];
}

function stageOf(vertex: Vertex, names: Names): StageDeclaration[] {
  const { node, operators } = vertex;
  if (vertex.kind === 'inline')
    return [{ kind: 'inline', name: names.get(vertex)!, body: { kind: 'operators', operators }, options: {} }];
  if (node.kind === 'step' && node.step.kind === 'batch') {
    return [{ kind: 'batch', name: names.get(vertex)!, body: { kind: 'batch' }, options: node.step.options }];
  }
  const tagged = taggedOf(vertex);
  return tagged === undefined ? [] : [tagged];
}

function junctionOf(vertex: Vertex, names: Names): JunctionDeclaration[] {
  const { kind, branches } = vertex;
  const name = names.get(vertex)!;
  if (kind === 'merge') return [{ kind, name }];
  if (kind !== 'route' && kind !== 'tee') return [];
  return [{ kind, name, branches: branches.map((branch) => ({ name: branch?.name, takes: branch?.takes })) }];
}

function sinkOf(vertex: Vertex, names: Names): SinkDeclaration[] {
  const { node } = vertex;
  return vertex.kind === 'sink' && node.kind === 'sink' ? [{ ...node.sink, name: names.get(vertex)! }] : [];
}
