import type { AnyOperator, TaggedStage } from '../declaration.js';
import { type Draft, type DraftBranch, type DraftNode, inputsOf, type Scope } from './draft.js';

/** One output of a vertex. */
interface Port {
  readonly vertex: Vertex;
  readonly port: number;
}

/** Something that stands in a graph. */
export interface Vertex {
  /** What it is made from; a tee is made from the node whose items it gives to several. */
  readonly node: DraftNode;
  readonly kind: 'source' | 'stage' | 'inline' | 'batch' | 'route' | 'tee' | 'merge' | 'sink' | 'output';
  readonly scope: Scope;
  /** Of an inline stage. */
  readonly operators: AnyOperator[];
  readonly from: readonly Vertex[];
  /** By port. */
  readonly to: Vertex[];
  /** Branches, by port. */
  readonly branches: (DraftBranch | undefined)[];
}

/** The stage that a user tagged and that stands there; undefined for all else. */
export function taggedOf({ kind, node }: Vertex): TaggedStage | undefined {
  return kind === 'stage' && node.kind === 'step' && node.step.kind === 'stage' ? node.step.stage : undefined;
}

/** What stands in a graph, nothing before what feeds it and each branch in one piece. */
export interface Layout {
  readonly vertices: readonly Vertex[];
  /** A branch that belongs to a route and leads nowhere: what was laid out is a part of a flow only. */
  readonly loose: DraftBranch | undefined;
}

/**
 * Lays a draft out: neighbouring untagged operators become one stage, what several take from gets a tee, and the begins of branches
 * vanish. Without recursion, as flows may be long.
 */
export function layoutOf({ end, sinks }: Draft): Layout {
  const output: DraftNode[] = end === undefined ? [] : [{ kind: 'output', scope: end.scope, input: end }];
  return new Layouting([...sinks, ...output]).layout;
}

class Layouting {
  readonly #vertices: Vertex[] = [];
  /** Who takes from a node; one that takes twice stands there twice. */
  readonly #takers = new Map<DraftNode, DraftNode[]>();
  readonly #ports = new Map<DraftNode, Port>();
  readonly #tees = new Map<DraftNode, Vertex>();
  readonly layout: Layout;

  constructor(ends: readonly DraftNode[]) {
    const sources = this.#findTakers(ends);
    const open = sources.toReversed();
    const arrived = new Map<DraftNode, number>();
    let loose: DraftBranch | undefined;
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const times = (arrived.get(node) ?? 0) + 1;
      arrived.set(node, times);
      if (times < inputsOf(node).length) continue;
      this.#place(node);
      const next = this.#after(node);
      loose ??= node.kind === 'route' ? looseBranch(node.branches, next) : undefined;
      open.push(...next.toReversed());
    }
    this.layout = { vertices: this.#vertices, loose };
  }

  /** Gives the sources. */
  #findTakers(ends: readonly DraftNode[]): DraftNode[] {
    const sources: DraftNode[] = [];
    const open = ends.toReversed();
    const seen = new Set<DraftNode>();
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      if (node.kind === 'source') sources.push(node);
      const inputs = inputsOf(node);
      for (const input of inputs) this.#takers.set(input, [...this.#takersOf(input), node]);
      open.push(...inputs.toReversed());
    }
    return sources;
  }

  #takersOf(node: DraftNode): readonly DraftNode[] {
    return this.#takers.get(node) ?? [];
  }

  /** Branches of a route in the order of its patterns, whoever was found first. */
  #after(node: DraftNode): readonly DraftNode[] {
    const takers = this.#takersOf(node);
    if (node.kind !== 'route') return takers;
    return takers.toSorted((one, other) => indexOf(node.branches, one) - indexOf(node.branches, other));
  }

  #place(node: DraftNode): void {
    const port = this.#portFor(node);
    this.#ports.set(node, port);
    // A route has several takers by nature.
    if (this.#takersOf(node).length > 1 && node.kind !== 'route') this.#tees.set(node, this.#add('tee', node, [port]));
  }

  #portFor(node: DraftNode): Port {
    switch (node.kind) {
      case 'source':
      case 'sink':
      case 'output':
      case 'route':
        return only(
          this.#add(
            node.kind,
            node,
            inputsOf(node).map((input) => this.#take(input)),
          ),
        );
      case 'branch':
        return this.#branchPort(node);
      case 'merge':
        return node.inputs.length === 1
          ? this.#take(node.inputs[0]!)
          : only(
              this.#add(
                'merge',
                node,
                node.inputs.map((input) => this.#take(input)),
              ),
            );
      case 'step': {
        if (node.step.kind !== 'operator') return only(this.#add(node.step.kind, node, [this.#take(node.input)]));
        const before = this.#inlineBefore(node.input) ?? this.#add('inline', node, [this.#take(node.input)]);
        before.operators.push(node.step.operator);
        return only(before);
      }
    }
  }

  /** The inline stage that an operator after this node becomes a part of. */
  #inlineBefore(node: DraftNode): Vertex | undefined {
    if (node.kind !== 'step' || node.step.kind !== 'operator' || this.#tees.has(node)) return undefined;
    return this.#ports.get(node)!.vertex;
  }

  #branchPort(branch: DraftBranch): Port {
    const { input } = branch;
    if (input.kind !== 'route') return this.#take(input, branch);
    const { vertex } = this.#ports.get(input)!;
    const at = input.branches.indexOf(branch);
    const port = at === -1 ? vertex.branches.length : at;
    vertex.branches[port] = branch;
    return { vertex, port };
  }

  #take(node: DraftNode, branch?: DraftBranch): Port {
    const tee = this.#tees.get(node);
    if (tee === undefined) return this.#ports.get(node)!;
    return { vertex: tee, port: tee.branches.push(branch) - 1 };
  }

  #add(kind: Vertex['kind'], node: DraftNode, inputs: readonly Port[]): Vertex {
    const from = inputs.map(({ vertex }) => vertex);
    const added: Vertex = { node, kind, scope: node.scope, operators: [], from, to: [], branches: [] };
    for (const { vertex, port } of inputs) vertex.to[port] = added;
    this.#vertices.push(added);
    return added;
  }
}

function only(vertex: Vertex): Port {
  return { vertex, port: 0 };
}

function indexOf(branches: readonly DraftNode[], branch: DraftNode): number {
  return branches.indexOf(branch);
}

/** While the branches of a route are being built, each is by itself. */
function looseBranch(branches: readonly DraftBranch[], reached: readonly DraftNode[]): DraftBranch | undefined {
  const missing = branches.find((branch) => !reached.includes(branch));
  const alone = reached.find((node) => node.kind === 'branch' && !branches.includes(node));
  return missing ?? (alone?.kind === 'branch' ? alone : undefined);
}
