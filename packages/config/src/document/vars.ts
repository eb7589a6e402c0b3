import { nearest } from '@millrace/core/options';
import type { Findings } from '../check/findings.js';
import type { VarType } from '../shapes/pipeline.js';
import {
  type Entry,
  type MapNode,
  memberOf,
  type Node,
  plainOf,
  type Scalar,
  type ScalarNode,
  type Span,
  shown,
  textOf,
} from './node.js';

/** A var with its value. */
export interface Var {
  readonly name: string;
  readonly value: Exclude<Scalar, null>;
  readonly origin: string;
  readonly secret: boolean;
  readonly keySpan: Span;
  /** It has no value, or one of another type: what it stands in cannot be judged. */
  readonly missing: boolean;
  /** Tells that it has no value. Absent: that has been told, or it has one. */
  readonly tell?: () => void;
  used: boolean;
}

/** Where values of vars come from, besides the file. */
export interface VarSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values by name that stand over all others. */
  readonly set: Readonly<Record<string, string>>;
  /** A var without a value may be of no importance: who needs it tells it. */
  readonly lenient: boolean;
}

export interface Declared {
  readonly type: VarType;
  readonly env: string | undefined;
  readonly fallback: ScalarNode | undefined;
  readonly secret: boolean;
}

/** The vars that a file declares, in a form that has been checked. What has no value is told, and what it stands in is left out of the checks. */
export function varsOf(node: Node | undefined, sources: VarSources, findings: Findings): ReadonlyMap<string, Var> {
  const entries = node?.kind === 'map' ? node.entries : [];
  for (const name of Object.keys(sources.set)) {
    if (entries.some(({ key }) => key === name)) continue;
    const meant = nearest(
      name,
      entries.map(({ key }) => key),
    );
    findings.add(
      'bad-set',
      node?.span ?? { start: 0, end: 1 },
      `vars.${name} is set from outside, and the file has no such var`,
      {
        hint: meant === undefined ? undefined : `did you mean "vars.${meant}"?`,
      },
    );
  }
  for (const entry of entries) tellVarsWithin(entry, entries, findings);
  return new Map(entries.map((entry) => [entry.key, varOf(entry, sources, findings)]));
}

/** A default is taken as it stands, as a value from outside is: what looks like a var in it would silently be text. */
function tellVarsWithin({ key, value }: Entry, entries: readonly Entry[], findings: Findings): void {
  const { fallback, secret } = declaredOf(value);
  if (typeof fallback?.value !== 'string' || secret) return;
  for (const [match, name = ''] of fallback.value.matchAll(/(?<!\$)\$\{([^}]*)\}/g)) {
    const isVar = entries.some((entry) => entry.key === name.trim());
    findings.add(
      'var-in-var',
      within(fallback.span, match, findings),
      `the default of "${key}" is text, and no var is put into it`,
      {
        severity: isVar ? 'error' : 'warning',
        hint: `write both where they belong together: "${match}\${${key}}"`,
      },
    );
  }
}

function varOf(entry: Entry, sources: VarSources, findings: Findings): Var {
  const { key: name, keySpan, value: node } = entry;
  const declared = declaredOf(node);
  const { type, secret } = declared;
  const made = (value: Exclude<Scalar, null>, origin: string): Var => ({
    name,
    value,
    origin,
    secret,
    keySpan,
    missing: false,
    used: false,
  });
  // What stands in is no secret: it is the name, which messages need.
  const missing = (origin: string): Var => ({ ...made(standIn(name, type), origin), missing: true });
  const hide = (value: Scalar): void => {
    if (secret && String(value) !== '') findings.secrets.add(String(value));
  };
  const given = givenText(name, declared, sources);
  if (given !== undefined) {
    hide(given.text);
    const parsed = valueFrom(type, given.text);
    if (parsed !== undefined) {
      hide(parsed);
      return made(parsed, given.origin);
    }
    const what = secret ? 'something else' : JSON.stringify(given.text);
    findings.add('wrong-value', keySpan, `the var "${name}" must be ${typeText(type)}, and ${given.origin} gives ${what}`);
    return missing(given.origin);
  }
  const { fallback } = declared;
  if (fallback === undefined) {
    const tell = (): void => noValue(entry, declared.env, findings);
    if (sources.lenient) return { ...missing('nothing'), tell };
    tell();
    return missing('nothing');
  }
  hide(fallback.value);
  const fits = valueFrom(type, fallback.value) === fallback.value;
  if (!fits) {
    const hint =
      typeof fallback.value === 'string' && valueFrom(type, fallback.value) !== undefined
        ? `write ${fallback.value} without quotes`
        : undefined;
    const told = secret ? 'a value of another type' : shown(fallback);
    findings.add('wrong-value', fallback.span, `the default of "${name}" must be ${typeText(type)}, not ${told}`, { hint });
  }
  if (secret && fallback.value !== '') {
    findings.add('secret-default', fallback.span, `the secret "${name}" stands in the file`, {
      severity: 'warning',
      hint: `give it by the environment: ${name}: { env: ${name.toUpperCase()}, secret: true }`,
    });
  }
  const origin = findings.originOf(fallback.span);
  return fits ? made(fallback.value as Exclude<Scalar, null>, origin) : missing(origin);
}

/** What the file says of a var. */
export function declaredOf(node: Node): Declared {
  const whole = node.kind === 'scalar' ? node : memberOf(node, 'default');
  const fallback = whole?.kind === 'scalar' && whole.value !== null ? whole : undefined;
  const said = textOf(memberOf(node, 'type')) as VarType | undefined;
  const secret = memberOf(node, 'secret');
  return {
    type: said ?? typeOf(fallback?.value),
    env: textOf(memberOf(node, 'env')),
    fallback,
    secret: secret !== undefined && plainOf(secret) === true,
  };
}

function typeOf(value: Scalar | undefined): VarType {
  return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as 'number' | 'boolean') : 'string';
}

function givenText(name: string, { env }: Declared, sources: VarSources): { text: string; origin: string } | undefined {
  const set = Object.hasOwn(sources.set, name) ? sources.set[name] : undefined;
  if (set !== undefined) return { text: set, origin: '--set' };
  const text = env !== undefined && Object.hasOwn(sources.env, env) ? sources.env[env] : undefined;
  return text === undefined ? undefined : { text, origin: `env ${env}` };
}

function noValue({ key, keySpan }: Entry, env: string | undefined, findings: Findings): void {
  if (env === undefined) {
    findings.add('missing-value', keySpan, `the var "${key}" has no value`, {
      hint: `give it a default, an environment variable ("env: ${key.toUpperCase()}"), or --set vars.${key}=...`,
    });
    return;
  }
  findings.add('missing-env', keySpan, `the var "${key}" has no value: the environment variable ${env} is not set`, {
    hint: `set ${env}, give the var a default, or --set vars.${key}=...`,
  });
}

/** The value as it is declared; undefined when it is no such value. Texts come from outside. */
export function valueFrom(type: VarType, given: Scalar): Exclude<Scalar, null> | undefined {
  switch (type) {
    case 'string':
      return typeof given === 'string' ? given : undefined;
    case 'boolean':
      if (typeof given === 'boolean') return given;
      return given === 'true' ? true : given === 'false' ? false : undefined;
    default: {
      if (typeof given !== 'number' && (typeof given !== 'string' || given.trim() === '')) return undefined;
      const number = Number(given);
      return (type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number)) ? number : undefined;
    }
  }
}

export function typeText(type: VarType): string {
  return type === 'boolean' ? 'true or false' : type === 'integer' ? 'an integer' : `a ${type}`;
}

function standIn(name: string, type: VarType): Exclude<Scalar, null> {
  return type === 'string' ? name : type === 'boolean' ? true : 1;
}

/** Puts vars into the scalars of a node: `${day}` within a text, or as the whole of it, where the type is kept; `$${` is a plain `${`. */
export function substituted(node: Node, vars: ReadonlyMap<string, Var>, findings: Findings): Node {
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => substituted(item, vars, findings)) };
  if (node.kind === 'map') {
    const entries = node.entries.map((entry) => ({ ...entry, value: substituted(entry.value, vars, findings) }));
    return { ...node, entries } satisfies MapNode;
  }
  return typeof node.value === 'string' && node.value.includes('${') ? filled(node, node.value, vars, findings) : node;
}

const slot = /\$\$\{|\$\{([^}]*)(\}?)/g;

function filled(node: ScalarNode, text: string, vars: ReadonlyMap<string, Var>, findings: Findings): ScalarNode {
  const found: Var[] = [];
  let faulty: true | undefined;
  const whole = /^\$\{([^}]*)\}$/.exec(text);
  const value = text.replace(slot, (match: string, name: string | undefined, close: string) => {
    if (match === '$${') return '${';
    const known = close === '' || name === undefined ? undefined : vars.get(name.trim());
    if (known === undefined) {
      faulty = true;
      badSlot(node, match, close === '' ? undefined : name?.trim(), vars, findings);
      return '';
    }
    known.used = true;
    if (known.missing) faulty = true;
    found.push(known);
    return String(known.value);
  });
  const [only] = found;
  const lacks = found.filter(({ tell }) => tell !== undefined).map(({ name }) => name);
  if (faulty) return { ...node, faulty, ...(lacks.length > 0 && { lacks }) };
  if (only === undefined) return { ...node, value };
  // An empty secret tells nothing, and what stands around it is none.
  const secret = found.some((each) => each.secret && each.value !== '') ? ({ secret: true } as const) : {};
  if (whole === null) {
    if ('secret' in secret) findings.secrets.add(value);
    return { ...node, ...secret, value };
  }
  return { ...node, ...secret, value: only.value, origin: only.origin };
}

function badSlot(
  node: ScalarNode,
  match: string,
  name: string | undefined,
  vars: ReadonlyMap<string, Var>,
  findings: Findings,
): void {
  const span = within(node.span, match, findings);
  if (name === undefined) {
    findings.add('unknown-var', span, `a "\${" without its "}"`, {
      hint: `write "\${name}", or "$\${" for the characters themselves`,
    });
    return;
  }
  const names = [...vars.keys()];
  const meant = nearest(name, names);
  const known = names.length === 0 ? 'the file declares no vars' : `the vars are ${names.join(', ')}`;
  findings.add('unknown-var', span, `there is no var "${name}"`, {
    hint: meant === undefined ? `${known}; write "$\${" for the characters themselves` : `did you mean "${meant}"?`,
  });
}

/** Where a part of a scalar stands; the whole of it when it is not written so. */
export function within(span: Span, part: string, { text }: Findings): Span {
  const at = text.slice(span.start, span.end).indexOf(part);
  return at === -1 || part === '' ? span : { start: span.start + at, end: span.start + at + part.length };
}
