import { type ConnectorEnd, connectors } from '@millrace/connectors';
import { limits, nearest } from '@millrace/core/options';
import { type Entry, isLacking, type MapNode, memberOf, type Node } from '../document/node.js';
import type { EndSpec, Options, SinkSpec } from '../params.js';
import { code, type ExportRef } from './code.js';
import { object, whereKey } from './object.js';
import { connectorShape, fieldsOf, withField } from './options.js';
import { type Fields, type JsonSchema, referred, type Shape, type Site, wrongValue } from './shape.js';

type Role = 'source' | 'sink' | 'sink of dead letters';

/** Their records are flat texts, and of a letter the error and mostly the item are objects: no letter could ever be written. */
const lackLetters = ['csv', 'tsv', 'lines'];

/** Connectors that have an end for a role, by name. */
function endsOf(role: Role): readonly (readonly [string, ConnectorEnd<unknown>])[] {
  return Object.entries(connectors).flatMap(([name, { read, write }]) => {
    if (role === 'sink of dead letters' && lackLetters.includes(name)) return [];
    const end: ConnectorEnd<unknown> | undefined = role === 'source' ? read : write;
    return end === undefined ? [] : [[name, end] as const];
  });
}

/** A connector by its name with its options, or `use`; beside it `settings`, options of the flow's end. */
function endShape(role: Role, settings: Fields): Shape<EndSpec & { readonly settings: Options }> {
  const what = `a ${role}`;
  const wanted = role === 'source' ? 'source' : 'sink';
  const ends = endsOf(role);
  const names = ends.map(([name]) => name);
  const known = [...names, 'use', 'with', ...Object.keys(settings)];
  const allowed = `a map: ${what}, a connector with its options (${names.join(', ')}), or "use: ./module.ts#export"`;
  const shapeOf = (name: string): Shape<Options> => {
    const end = ends.find(([other]) => other === name)?.[1];
    const own: Fields =
      end === undefined
        ? {
            use: {
              shape: code(wanted, `a ${wanted}, or a function that makes one`),
              doc: `A ${wanted} of one's own.`,
              required: true,
            },
            with: withField,
          }
        : { [name]: { shape: orEmpty(connectorShape(name, end)), doc: end.doc, required: true } };
    return object(what, () => ({ ...own, ...settings })) as Shape<Options>;
  };
  const kindOf = (node: Node): string | undefined =>
    node.kind === 'map' ? node.entries.find(({ key }) => key === 'use' || names.includes(key))?.key : undefined;
  return {
    allowed,
    fieldsOf: (node) => shapeOf(kindOf(node) ?? 'use').fieldsOf?.(node) ?? {},
    schema: () => endSchema(names, shapeOf),
    check: (node, label, site) => {
      if (node.kind !== 'map') return wrongValue(node, label, allowed, site);
      const kind = kindOf(node);
      if (kind === undefined) return unknownConnector(node, role, names, known, site);
      const second = node.entries.find(({ key }) => key !== kind && (key === 'use' || names.includes(key)));
      if (second === undefined) return shapeOf(kind).check(node, label, site);
      site.findings.add(
        'two-connectors',
        second.keySpan,
        `${what} is one connector, and here are "${kind}" and "${second.key}"`,
        {
          hint:
            role === 'source'
              ? 'several sources are "sources:", each by a name'
              : 'a second sink is a stage "tee:" with stages and a sink of its own',
        },
      );
    },
    read: (node, site) => {
      const kind = kindOf(node)!;
      if (kind !== 'use' && isLacking(memberOf(node, kind)!)) {
        const { [kind]: _none, ...rest } = shapeOf(kind).read(withEmpty(node, kind), site);
        return { connector: kind, options: {}, standIn: true, settings: rest };
      }
      const { [kind]: options, use, with: given, ...rest } = shapeOf(kind).read(node, site);
      if (kind === 'use')
        return { use: (options ?? use) as ExportRef, ...(given === undefined ? {} : { with: given }), settings: rest };
      return { connector: kind, options: options as Options, settings: rest };
    },
  };
}

/** With no options, in the place of those that lack a value. */
function withEmpty(node: Node, kind: string): Node {
  if (node.kind !== 'map') return node;
  const none = ({ span }: Node): MapNode => ({ kind: 'map', span, entries: [] });
  return { ...node, entries: node.entries.map((each) => (each.key === kind ? { ...each, value: none(each.value) } : each)) };
}

/** `lines:` without options is `lines: {}`, so that what is missing is told. */
function orEmpty<T>(shape: Shape<T>): Shape<T> {
  const filled = (node: Node): Node =>
    node.kind === 'scalar' && node.value === null ? ({ kind: 'map', span: node.span, entries: [] } satisfies MapNode) : node;
  return {
    ...shape,
    check: (node, label, site) => shape.check(filled(node), label, site),
    read: (node, site) => shape.read(filled(node), site),
  };
}

function unknownConnector(node: MapNode, role: Role, names: readonly string[], known: readonly string[], site: Site): void {
  const odd: Entry | undefined = node.entries.find(({ key }) => !known.includes(key)) ?? node.entries[0];
  const listed = `the connectors that are a ${role}: ${names.join(', ')}; or "use: ./module.ts#export"`;
  if (odd === undefined || known.includes(odd.key)) {
    site.findings.add('missing-option', odd?.keySpan ?? node.span, `a ${role} needs the name of a connector`, { hint: listed });
    return;
  }
  const other = Object.hasOwn(connectors, odd.key);
  const why = lackLetters.includes(odd.key) ? ': it writes texts alone, and a letter has objects in it' : '';
  const message = !other ? `there is no connector "${odd.key}"` : `the connector "${odd.key}" is no ${role}${why}`;
  const meant = why === '' ? nearest(odd.key, names) : undefined;
  site.findings.add('unknown-connector', odd.keySpan, message, {
    hint: meant === undefined ? listed : `did you mean "${meant}"? ${listed}`,
  });
}

function endSchema(names: readonly string[], shapeOf: (name: string) => Shape<unknown>): JsonSchema {
  const kinds = [...names, 'use'];
  const otherwise: JsonSchema = {
    type: 'object',
    properties: Object.fromEntries(kinds.map((name) => [name, {}])),
    anyOf: kinds.map((name) => ({ required: [name] })),
  };
  return kinds.reduceRight<JsonSchema>((rest, name) => whereKey(name, shapeOf(name).schema(), rest), otherwise);
}

function withoutSettings(shape: Shape<EndSpec & { readonly settings: Options }>): Shape<EndSpec> {
  return {
    ...shape,
    read: (node, site) => {
      const { settings: _none, ...end } = shape.read(node, site);
      return end as EndSpec;
    },
  };
}

const source = withoutSettings(endShape('source', {}));
const sink = endShape('sink', fieldsOf(limits.sink));
const deadLetters = withoutSettings(endShape('sink of dead letters', {}));

export const sourceShape: Shape<EndSpec> = referred('source', source);
export const sinkShape: Shape<SinkSpec> = referred('sink', sink);
export const deadLettersShape: Shape<EndSpec> = referred('deadLetters', deadLetters);

/** What their references in the schema stand for. */
export const endDefinitions: Readonly<Record<string, Shape<unknown>>> = { source, sink, deadLetters };
