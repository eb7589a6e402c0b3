import type { ErrorPolicy, SinkDeclaration, SourceDeclaration } from '../declaration.js';
import type { Step } from '../steps/step.js';

/** Names of the branches that something stands in, the outermost first. */
export type Scope = readonly string[];

/** What a builder puts together: each node knows what comes before it, and is never changed. Nodes are the same when they are the same object. */
export type DraftNode =
  | { readonly kind: 'source'; readonly scope: Scope; readonly source: SourceDeclaration; readonly policy: ErrorPolicy }
  | { readonly kind: 'step'; readonly scope: Scope; readonly input: DraftNode; readonly step: Step }
  | DraftRoute
  | DraftBranch
  | { readonly kind: 'merge'; readonly scope: Scope; readonly inputs: readonly DraftNode[] }
  | DraftSink
  | { readonly kind: 'output'; readonly scope: Scope; readonly input: DraftNode };

export interface DraftRoute {
  readonly kind: 'route';
  readonly scope: Scope;
  readonly input: DraftNode;
  /** Empty while its branches are being built, then set once. */
  branches: readonly DraftBranch[];
}

/** The begin of a branch: of a route, or beside a flow that goes on. Its scope is that of what is in it. */
export interface DraftBranch {
  readonly kind: 'branch';
  readonly scope: Scope;
  readonly input: DraftNode;
  readonly name: string;
  readonly takes?: ((item: unknown) => boolean) | undefined;
}

export interface DraftSink {
  readonly kind: 'sink';
  readonly scope: Scope;
  readonly input: DraftNode;
  readonly sink: SinkDeclaration;
}

/** A flow as far as it is built: its open end, and the sinks that it has already. */
export interface Draft {
  readonly end: DraftNode | undefined;
  readonly sinks: readonly DraftSink[];
}

/** A flow that ends in sinks alone. */
export interface ClosedDraft extends Draft {
  readonly end: undefined;
}

/** A flow that has an end to go on from. */
export interface OpenDraft extends Draft {
  readonly end: DraftNode;
}

/** @param policy of all that is made of it */
export function draftOf(source: SourceDeclaration, policy: ErrorPolicy = {}): OpenDraft {
  return { end: { kind: 'source', scope: [], source, policy }, sinks: [] };
}

export function withSteps({ end, sinks }: OpenDraft, steps: readonly Step[]): OpenDraft {
  return { end: steps.reduce<DraftNode>((input, step) => ({ kind: 'step', scope: input.scope, input, step }), end), sinks };
}

export function withSink({ end, sinks }: OpenDraft, sink: SinkDeclaration): ClosedDraft {
  return { end: undefined, sinks: [...sinks, { kind: 'sink', scope: end.scope, input: end, sink }] };
}

/** What one flow is that is made of several. Sinks that they have in common are the same ones. */
export function merged(drafts: readonly OpenDraft[], scope: Scope): OpenDraft {
  const inputs = drafts.map(({ end }) => end);
  return { end: { kind: 'merge', scope, inputs }, sinks: sinksOf(drafts) };
}

export function sinksOf(drafts: readonly Draft[]): readonly DraftSink[] {
  return [...new Set(drafts.flatMap(({ sinks }) => sinks))];
}

/** The scope that all of them stand in. */
export function commonScope(nodes: readonly DraftNode[]): Scope {
  const [first, ...rest] = nodes.map(({ scope }) => scope);
  const parts = first!.findIndex((name, depth) => rest.some((scope) => scope[depth] !== name));
  return parts === -1 ? first! : first!.slice(0, parts);
}

export function inputsOf(node: DraftNode): readonly DraftNode[] {
  if (node.kind === 'source') return [];
  return node.kind === 'merge' ? node.inputs : [node.input];
}

/** Whether a flow leads on from a node. */
export function descends({ end, sinks }: Draft, from: DraftNode): boolean {
  const open: DraftNode[] = end === undefined ? [...sinks] : [end, ...sinks];
  const seen = new Set<DraftNode>(open);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === from) return true;
    for (const input of inputsOf(node)) {
      if (seen.has(input)) continue;
      seen.add(input);
      open.push(input);
    }
  }
  return false;
}
