import { withoutUrlSecrets } from '@millrace/connectors/internal/url-secrets';

/** A part of the text, by offsets in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Scalar = string | number | boolean | null;

interface Placed {
  readonly span: Span;
  /** Where its value comes from, when that is not the place in the file: `env PG_URL`, `--set`. */
  readonly origin?: string;
  /** Not to be printed. */
  readonly secret?: true;
  /** It has been told already what is wrong with it, or cannot be judged. */
  readonly faulty?: true;
}

export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** Vars in it that have no value, which has not been told. */
  readonly lacks?: readonly string[];
}

interface ListNode extends Placed {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Node;
}

export interface MapNode extends Placed {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
}

/** A value of the file with its place: aliases and merges are resolved, and a key stands once. */
export type Node = ScalarNode | ListNode | MapNode;

export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

export function memberOf(node: Node | undefined, key: string): Node | undefined {
  return entryOf(node, key)?.value;
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : [];
}

/** The text that a node is; undefined for other values. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** The value as plain JavaScript. A key `__proto__` becomes a member like any other. */
export function plainOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainOf);
  return recordOf(node.entries.map(({ key, value }) => [key, plainOf(value)]));
}

export function recordOf<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  return Object.fromEntries(entries);
}

/** Whether a var without a value stands in it, that has not been told. */
export function isLacking(node: Node): boolean {
  return some(node, ({ lacks }) => lacks !== undefined);
}

/** Whether something in it cannot be judged. */
export function isFaulty(node: Node): boolean {
  return some(node, ({ faulty }) => faulty === true);
}

function some(node: Node, holds: (scalar: ScalarNode) => boolean): boolean {
  if (node.kind === 'scalar') return holds(node);
  return node.kind === 'list'
    ? node.items.some((item) => some(item, holds))
    : node.entries.some(({ value }) => some(value, holds));
}

/** What a node is, in words for messages; secrets are not shown. */
export function shown(node: Node): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  if (node.secret) return 'a secret of another form';
  if (node.value === null) return 'nothing';
  if (typeof node.value !== 'string') return `${node.value}`;
  // Before it is cut: what is left of a secret at the cut would be shown.
  const whole = withoutUrlSecrets(node.value);
  const text = whole.length > 60 ? `${whole.slice(0, 57)}...` : whole;
  return `the string ${JSON.stringify(text)}`;
}
