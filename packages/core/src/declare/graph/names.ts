import { PlanError } from '../../errors.js';
import type { Scope } from './draft.js';
import { taggedOf, type Vertex } from './layout.js';

export type Names = ReadonlyMap<Vertex, string>;

/** Name of the end of a flow without a sink. */
const outputName = 'output';

/**
 * Names all that stands in a graph. Stages are named by the user, and where they meet the name of a connector, the connector gives way.
 * @throws PlanError for two stages of one name
 */
export function namesOf(vertices: readonly Vertex[]): Names {
  const names = new Map<Vertex, string>();
  const counts = new Map<string, number>();
  const numbered = (stem: string): string => {
    const count = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, count);
    return `${stem}-${count}`;
  };
  for (const vertex of vertices) {
    const { kind, scope } = vertex;
    const tagged = taggedOf(vertex);
    if (tagged !== undefined) names.set(vertex, tagged.name);
    else if (kind === 'inline' || kind === 'batch') names.set(vertex, numbered([...scope, kind].join('/')));
    else if (isJunction(vertex)) names.set(vertex, numbered(kind));
  }
  refuseDuplicates(names, vertices);
  const taken = new Set(names.values());
  for (const role of ['source', 'sink', 'output'] as const) {
    const ends = vertices.filter(({ kind }) => kind === role);
    for (const [vertex, name] of toldApart(ends)) {
      const free = freeName(name, role === 'source' ? 'source' : 'sink', taken);
      names.set(vertex, free);
      taken.add(free);
    }
  }
  return names;
}

function isJunction({ kind }: Vertex): boolean {
  return kind === 'route' || kind === 'tee' || kind === 'merge';
}

function connectorName({ node }: Vertex): string {
  if (node.kind === 'source') return node.source.name;
  return node.kind === 'sink' ? node.sink.name : outputName;
}

/** Connectors of one name are called after the branches they stand in, and numbered where that does not tell. */
function toldApart(ends: readonly Vertex[]): readonly (readonly [Vertex, string])[] {
  return ends.map((vertex) => {
    const name = connectorName(vertex);
    const same = ends.filter((other) => connectorName(other) === name);
    const branch = vertex.scope.join('/');
    const beside = same.filter(({ scope }) => scope.join('/') === branch);
    const number = beside.length > 1 ? `${beside.indexOf(vertex) + 1}` : '';
    const which = [branch, number].filter((part) => part !== '').join(' ');
    return [vertex, same.length === 1 || which === '' ? name : `${name} (${which})`];
  });
}

function freeName(name: string, role: 'source' | 'sink', taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`${name} (${role})`, role, taken) : name;
}

function refuseDuplicates(names: Names, vertices: readonly Vertex[]): void {
  const seen = new Map<string, Vertex>();
  for (const [vertex, name] of names) {
    const first = seen.get(name);
    if (first !== undefined) {
      const [one, other] = [first, vertex].map((each) => described(each, names, vertices));
      throw new PlanError(`two stages are named "${name}": ${one} and ${other}; rename one of them`);
    }
    seen.set(name, vertex);
  }
}

function described(vertex: Vertex, names: Names, vertices: readonly Vertex[]): string {
  const { kind, scope } = vertex;
  const beside = vertices.filter((other) => names.has(other) && sameScope(other.scope, scope));
  const place = `at step ${beside.indexOf(vertex) + 1}${scope.length > 0 ? ` of branch "${scope.join('/')}"` : ''}`;
  if (kind === 'inline') return `the untagged operators ${place} (so named by Millrace)`;
  if (kind === 'batch') return `the batch stage ${place} (so named by Millrace)`;
  if (isJunction(vertex)) return `the ${kind} ${place} (so named by Millrace)`;
  return `the ${taggedOf(vertex)?.kind ?? kind} stage ${place}`;
}

function sameScope(one: Scope, other: Scope): boolean {
  return one.join('/') === other.join('/');
}
