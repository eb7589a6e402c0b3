import type { JsonSchema } from '@millrace/connectors';
import { nearest } from '@millrace/core/options';
import type { Findings } from '../check/findings.js';
import { isFaulty, type Node, plainOf, recordOf, type ScalarNode, shown } from '../document/node.js';

export type { JsonSchema };

/** What is asked of the value that a reference to code leads to. */
export type Wanted = 'task' | 'function' | 'source' | 'sink' | 'value';

/** A reference to code that was found in the file: `./orders.ts#parseOrder`. */
export interface Found {
  readonly node: ScalarNode;
  readonly wanted: Wanted;
}

/** What shapes are checked with. */
export interface Site {
  readonly findings: Findings;
  /** Adds a reference to code, to be looked up afterwards. */
  readonly refer: (found: Found) => void;
  /** An absolute path of one that is relative to the file's folder. */
  readonly resolve: (path: string) => string;
  /** URL of the module that a reference names. */
  readonly moduleOf: (specifier: string) => string;
}

/**
 * What stands in one place of a pipeline file: it checks a node, reads it, and tells editors what may stand there. One definition, so that
 * the four never differ.
 */
export interface Shape<out T> {
  /** Completes "it must be". */
  readonly allowed: string;
  readonly schema: () => JsonSchema;
  /** Adds what is wrong to the findings. `label` names the place: `"workers"`. */
  readonly check: (node: Node, label: string, site: Site) => void;
  /** The value of a node in which the check has found nothing. */
  readonly read: (node: Node, site: Site) => T;
  /** Fields that the node might have, for those who list defaults. */
  readonly fieldsOf?: (node: Node) => Fields;
  /** Of lists and maps of any names: the shape of their items. */
  readonly itemShape?: Shape<unknown>;
}

export interface Field<out T = unknown> {
  readonly shape: Shape<T>;
  /** One sentence, for people. */
  readonly doc: string;
  readonly required?: true;
  /** What absence means. */
  readonly default?: unknown;
}

export type Fields = Readonly<Record<string, Field>>;

export function wrongValue(node: Node, label: string, allowed: string, site: Site, hint?: string): void {
  if (isFaulty(node)) return;
  const given = node.origin === undefined ? '' : ` (${node.origin})`;
  site.findings.add('wrong-value', node.span, `${label} must be ${allowed}, not ${shown(node)}${given}`, { hint });
}

/** What a person likely meant who wrote a value of another type. */
export function mended(node: Node, accepts: (value: unknown) => boolean, words: readonly string[] = []): string | undefined {
  if (node.kind !== 'scalar' || node.secret) return undefined;
  const { value } = node;
  if (typeof value === 'string') {
    if (value.trim() !== '' && accepts(Number(value))) return `write ${Number(value)} without quotes`;
    if (/^(yes|on|true)$/i.test(value) && accepts(true)) return 'write true';
    if (/^(no|off|false)$/i.test(value) && accepts(false)) return 'write false';
    const meant = nearest(value, words);
    return meant === undefined ? undefined : `did you mean "${meant}"?`;
  }
  return value !== null && accepts(String(value)) ? `write "${value}" in quotes` : undefined;
}

export interface Kind {
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
  readonly schema?: JsonSchema;
}

/** A value that a predicate judges: numbers, words, what an option of a connector takes. */
export function value<T>({ allowed, accepts, schema = {} }: Kind): Shape<T> {
  const words = Array.isArray(schema.enum) ? schema.enum.filter((word): word is string => typeof word === 'string') : [];
  return {
    allowed,
    schema: () => withVar(schema),
    check: (node, label, site) => {
      if (!accepts(plainOf(node))) wrongValue(node, label, allowed, site, mended(node, accepts, words));
    },
    read: (node) => plainOf(node) as T,
  };
}

/** A var may stand for any value, as the whole of a string. */
function withVar(schema: JsonSchema): JsonSchema {
  const anyText = Object.keys(schema).length === 0 || (schema.type === 'string' && schema.maxLength === undefined);
  return anyText || schema.const === 1 ? schema : { anyOf: [schema, { type: 'string', pattern: '^\\$\\{[^}]+\\}$' }] };
}

/** Whatever a file can say. */
export const data: Shape<unknown> = { allowed: 'any value', schema: () => ({}), check: () => {}, read: plainOf };

export function list<T>(allowed: string, of: Shape<T>, min = 0): Shape<readonly T[]> {
  return {
    allowed,
    itemShape: of,
    schema: () => ({ type: 'array', items: of.schema(), ...(min > 0 ? { minItems: min } : {}) }),
    check: (node, label, site) => {
      if (node.kind !== 'list') return wrongValue(node, label, allowed, site, oneItem(node, of));
      if (node.items.length < min) wrongValue(node, label, `${allowed}, of at least ${min}`, site);
      node.items.forEach((item, index) => {
        of.check(item, `item ${index + 1} of ${label}`, site);
      });
    },
    read: (node, site) => (node.kind === 'list' ? node.items.map((item) => of.read(item, site)) : []),
  };
}

function oneItem(node: Node, of: Shape<unknown>): string | undefined {
  return node.kind === 'map' && of.fieldsOf !== undefined ? 'put "- " before it: it is the one item of a list' : undefined;
}

/** A map whose keys are names that the user chooses. */
export function table<T>(allowed: string, of: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    allowed,
    itemShape: of,
    schema: () => ({ type: 'object', additionalProperties: of.schema() }),
    check: (node, label, site) => {
      if (node.kind !== 'map') return wrongValue(node, label, allowed, site);
      for (const { key, value: member } of node.entries) of.check(member, `"${key}"`, site);
    },
    read: (node, site) =>
      recordOf(node.kind === 'map' ? node.entries.map(({ key, value: member }) => [key, of.read(member, site)]) : []),
  };
}

interface ByKind<Of, T, M> {
  readonly scalar?: Shape<Of>;
  readonly list?: Shape<T>;
  readonly map?: Shape<M>;
}

/** One shape for scalars, one for lists, one for maps: what was meant is always clear, and so is the error. */
export function byKind<A = never, B = never, C = never>(allowed: string, shapes: ByKind<A, B, C>): Shape<A | B | C> {
  const shapeOf = (node: Node): Shape<A | B | C> | undefined => shapes[node.kind];
  return {
    allowed,
    schema: () => ({ anyOf: Object.values(shapes).map((shape) => shape.schema()) }),
    check: (node, label, site) => {
      const shape = shapeOf(node);
      if (shape === undefined) wrongValue(node, label, allowed, site);
      else shape.check(node, label, site);
    },
    read: (node, site) => shapeOf(node)!.read(node, site),
    fieldsOf: (node) => shapeOf(node)?.fieldsOf?.(node) ?? {},
  };
}

/** A shape whose schema stands among the definitions. */
export function referred<T>(ref: string, shape: Shape<T>): Shape<T> {
  return { ...shape, schema: () => ({ $ref: `#/$defs/${ref}` }) };
}

/** A shape that is defined further down, or by itself. `schema` is a reference then. */
export function later<T>(ref: string, allowed: string, shape: () => Shape<T>): Shape<T> {
  return {
    allowed,
    schema: () => ({ $ref: `#/$defs/${ref}` }),
    check: (node, label, site) => shape().check(node, label, site),
    read: (node, site) => shape().read(node, site),
    fieldsOf: (node) => shape().fieldsOf?.(node) ?? {},
    get itemShape() {
      return shape().itemShape ?? data;
    },
  };
}
