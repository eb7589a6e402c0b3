import { nearest } from '@millrace/core/options';
import { type Entry, type Node, recordOf, type Span } from '../document/node.js';
import { type Field, type Fields, type JsonSchema, type Shape, type Site, wrongValue } from './shape.js';

type ReadFields<F extends Fields> = { readonly [Name in keyof F]?: F[Name] extends Field<infer T> ? T : never };

interface ObjectOptions {
  /** What a key that it does not have would be elsewhere; undefined when it is a word of nowhere. */
  readonly elsewhere?: (key: string) => string | undefined;
  readonly schema?: JsonSchema;
}

/** A map of known keys. `what` names it: `a stage of cpu tasks`. */
export function object<const F extends Fields>(what: string, fields: () => F, options: ObjectOptions = {}): Shape<ReadFields<F>> {
  // The keys of a group tell more than its name, which is in the message already.
  const allowedText = () => (what.startsWith('"') ? `a map of ${Object.keys(fields()).join(', ')}` : `a map: ${what}`);
  return {
    get allowed() {
      return allowedText();
    },
    schema: () => objectSchema(fields(), options.schema),
    fieldsOf: fields,
    check: (node, label, site) => {
      if (node.kind !== 'map') return wrongValue(node, label, allowedText(), site);
      const known = fields();
      const there = new Set(node.entries.map(({ key }) => key));
      for (const entry of node.entries) {
        const field = Object.hasOwn(known, entry.key) ? known[entry.key] : undefined;
        if (field !== undefined) field.shape.check(entry.value, `"${entry.key}"`, site);
        else there.add(unknownKey(entry, what, known, options, site) ?? '');
      }
      for (const [name, field] of Object.entries(known)) {
        if (field.required && !there.has(name)) missing(node.span, name, what, field, site);
      }
    },
    // Every member is what its own shape reads, which the compiler cannot follow through the entries.
    read: (node, site) => {
      const known = fields();
      const entries = node.kind === 'map' ? node.entries : [];
      return recordOf(entries.map(({ key, value: member }) => [key, known[key]!.shape.read(member, site)])) as ReadFields<F>;
    },
  };
}

/** No mistake of who writes it: core tells it apart as well. */
const later = 'checkpoint';

/** @returns the key that was likely meant */
function unknownKey(
  { key, keySpan }: Entry,
  what: string,
  fields: Fields,
  { elsewhere }: ObjectOptions,
  site: Site,
): string | undefined {
  const names = Object.keys(fields);
  const other = elsewhere?.(key);
  if (other !== undefined) {
    site.findings.add('misplaced-option', keySpan, `"${key}" ${other}`, { hint: allowedKeys(names) });
    return undefined;
  }
  if (key === later) {
    site.findings.add('unknown-option', keySpan, `"${key}" is not available in this version`, { hint: allowedKeys(names) });
    return undefined;
  }
  const meant = nearest(key, names);
  site.findings.add('unknown-option', keySpan, `there is no "${key}" in ${what}`, {
    hint: meant === undefined ? allowedKeys(names) : `did you mean "${meant}"? ${allowedKeys(names)}`,
  });
  return meant;
}

function allowedKeys(names: readonly string[]): string {
  return names.length === 0 ? 'nothing is allowed here' : `allowed here: ${names.join(', ')}`;
}

function missing(span: Span, name: string, what: string, field: Field, site: Site): void {
  site.findings.add('missing-option', span, `${what} needs "${name}"`, { hint: `it must be ${field.shape.allowed}` });
}

function objectSchema(fields: Fields, more: JsonSchema = {}): JsonSchema {
  const required = Object.entries(fields)
    .filter(([, field]) => field.required)
    .map(([name]) => name);
  const properties = Object.entries(fields).map(([name, { shape, doc, default: absent }]) => {
    const told = absent === undefined ? doc : `${doc} Default: ${typeof absent === 'string' ? absent : JSON.stringify(absent)}.`;
    return [name, { ...shape.schema(), description: told }] as const;
  });
  return {
    type: 'object',
    properties: recordOf(properties),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
    ...more,
  };
}

/** A map that is one of several kinds, told by which key it has; the first of them that it has decides. */
export function byKey<T>(what: string, kinds: Readonly<Record<string, Shape<T>>>): Shape<T> {
  const names = Object.keys(kinds);
  const kindOf = (node: Node): string | undefined =>
    node.kind === 'map' ? names.find((name) => node.entries.some(({ key }) => key === name)) : undefined;
  const allowed = `a map: ${what}, with one of ${names.join(', ')}`;
  return {
    allowed,
    schema: () => keyedSchema(kinds),
    fieldsOf: (node) => kinds[kindOf(node) ?? '']?.fieldsOf?.(node) ?? {},
    check: (node, label, site) => {
      if (node.kind !== 'map') return wrongValue(node, label, allowed, site);
      const kind = kindOf(node);
      if (kind !== undefined) return kinds[kind]!.check(node, label, site);
      const meant = node.entries.map(({ key }) => ({ key, name: nearest(key, names) })).find(({ name }) => name !== undefined);
      const at = node.entries.find(({ key }) => key === meant?.key)?.keySpan ?? node.entries[0]?.keySpan ?? node.span;
      const hint = meant === undefined ? `it is told by one of: ${names.join(', ')}` : `did you mean "${meant.name}"?`;
      site.findings.add('unknown-kind', at, `this is no ${what.replace(/^an? /, '')}`, { hint });
    },
    read: (node, site) => kinds[kindOf(node)!]!.read(node, site),
  };
}

/** The first key decides, as in the check; no `oneOf`, whose errors name every kind. */
function keyedSchema(kinds: Readonly<Record<string, Shape<unknown>>>): JsonSchema {
  const names = Object.keys(kinds);
  const otherwise: JsonSchema = { type: 'object', anyOf: names.map((name) => ({ required: [name] })) };
  return names.reduceRight<JsonSchema>((rest, name) => whereKey(name, kinds[name]!.schema(), rest), otherwise);
}

/** One schema for maps that have a key, another for the rest. */
export function whereKey(key: string, having: JsonSchema, others: JsonSchema): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
  return { if: { type: 'object', required: [key] }, then: having, else: others };
}
