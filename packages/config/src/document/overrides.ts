import { nearest } from '@millrace/core/options';
import type { Findings } from '../check/findings.js';
import { nameOf } from '../shapes/stages.js';
import type { Entry, Node, Scalar, Span } from './node.js';
import { setValue } from './set-value.js';

const setOrigin = '--set';

/** The values that stand over those of the file, put into it: `{ 'stages.parse.workers': '2' }`, a stage by its name. */
export function overridden(root: Node, set: Readonly<Record<string, string>>, findings: Findings): Node {
  return Object.entries(set).reduce((node, [path, text]) => {
    try {
      return setAt(node, path.split('.'), (span) => nodeOf(setValue(text), span));
    } catch (error) {
      if (!(error instanceof NoPlace)) throw error;
      findings.add('bad-set', error.span, `--set ${path}: ${error.message}`, { hint: error.hint });
      return node;
    }
  }, root);
}

/** The set values of vars, by name; the others. */
export function splitSet(set: Readonly<Record<string, string>>): {
  readonly vars: Record<string, string>;
  readonly rest: Record<string, string>;
} {
  const vars = Object.entries(set).flatMap(([path, text]) => (path.startsWith('vars.') ? [[path.slice(5), text] as const] : []));
  const rest = Object.entries(set).filter(([path]) => !path.startsWith('vars.'));
  return { vars: Object.fromEntries(vars), rest: Object.fromEntries(rest) };
}

class NoPlace extends Error {
  readonly span: Span;
  readonly hint: string | undefined;

  constructor(span: Span, message: string, hint?: string) {
    super(message);
    this.span = span;
    this.hint = hint;
  }
}

type Make = (span: Span) => Node;

/** @throws NoPlace */
function setAt(node: Node, path: readonly string[], make: Make): Node {
  const [step, ...rest] = path;
  if (step === undefined) return make(node.span);
  if (node.kind === 'list') return setInList(node, path, make);
  if (node.kind === 'scalar' && node.value !== null)
    throw new NoPlace(node.span, `"${step}" has no place in ${typeof node.value === 'string' ? 'a string' : 'a value'}`);
  const entries: readonly Entry[] = node.kind === 'map' ? node.entries : [];
  const at = entries.findIndex(({ key }) => key === step);
  const keySpan = entries[at]?.keySpan ?? node.span;
  const before: Node = entries[at]?.value ?? { kind: 'map', span: node.span, entries: [] };
  const entry: Entry = { key: step, keySpan, value: setAt(before, rest, make) };
  const kept = at === -1 ? [...entries, entry] : entries.map((other, index) => (index === at ? entry : other));
  return { kind: 'map', span: node.span, entries: kept };
}

/** An item by its name, or by its number from 0. Names may hold dots, so the longest one counts; cases are found by their names alone. */
function setInList(node: Extract<Node, { kind: 'list' }>, path: readonly string[], make: Make): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const name = path.slice(0, length).join('.');
    const rest = path.slice(length);
    const at = node.items.findIndex((item, index) => nameOf(item) === name || (length === 1 && String(index) === name));
    if (at !== -1) return { ...node, items: node.items.map((item, index) => (index === at ? setAt(item, rest, make) : item)) };
    const inside = node.items.findIndex((item) => casesOf(item).includes(name));
    if (inside !== -1) {
      return {
        ...node,
        items: node.items.map((item, index) => (index === inside ? setAt(item, ['route', ...path], make) : item)),
      };
    }
  }
  const names = node.items.flatMap((item) => [nameOf(item) ?? [], casesOf(item)].flat());
  const meant = nearest(path[0]!, names);
  throw new NoPlace(
    node.span,
    `there is no "${path[0]}" here`,
    meant === undefined ? `there are ${names.join(', ') || 'none with a name'}` : `did you mean "${meant}"?`,
  );
}

function casesOf(item: Node): readonly string[] {
  const cases = item.kind === 'map' ? item.entries.find(({ key }) => key === 'route')?.value : undefined;
  return cases?.kind === 'list' ? cases.items.flatMap((each) => nameOf(each) ?? []) : [];
}

function nodeOf(value: unknown, span: Span): Node {
  const origin = setOrigin;
  if (Array.isArray(value)) return { kind: 'list', span, origin, items: value.map((item) => nodeOf(item, span)) };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, member]) => ({ key, keySpan: span, value: nodeOf(member, span) }));
    return { kind: 'map', span, origin, entries };
  }
  return { kind: 'scalar', span, origin, value: (value ?? null) as Scalar };
}
