import type { ConnectorEnd, OptionRule } from '@millrace/connectors';
import { allowedText, isTolerance, type Option, type OptionTable, type StageKind } from '@millrace/core/options';
import { type Node, plainOf, type ScalarNode } from '../document/node.js';
import { code, keyShape } from './code.js';
import { object } from './object.js';
import { data, type Field, type Fields, type JsonSchema, type Shape, type Site, value, wrongValue } from './shape.js';

type Plain = Exclude<Option, { kind: 'group' | 'function' | 'sink' | 'signal' }>;

/** The options of core's table that a file can say, for a kind of stage where that makes a difference. */
export function fieldsOf(table: OptionTable, kind?: StageKind): Fields {
  const entries = Object.entries(table.options).filter(([, option]) => kind === undefined || option.for?.includes(kind));
  return Object.fromEntries(
    entries.flatMap(([name, option]): [string, Field][] => {
      const shape = shapeOf(name, option);
      if (shape === undefined) return [];
      const absent = option.kind === 'group' ? undefined : 'default' in option ? option.default : option.defaultText;
      const required = option.required ? ({ required: true } as const) : {};
      return [
        [name, { shape, doc: option.doc, ...required, ...(absent === undefined || option.required ? {} : { default: absent }) }],
      ];
    }),
  );
}

function shapeOf(name: string, option: Option): Shape<unknown> | undefined {
  switch (option.kind) {
    case 'signal':
    case 'sink':
      return undefined;
    case 'function':
      return option.signature === '(item) => key' ? keyShape : code('function', `a function ${option.signature}`);
    case 'group':
      return object(`"${name}"`, () => fieldsOf(option.members));
    default:
      return value({ allowed: allowedText(option), accepts: (given) => fits(option, given), schema: schemaOf(option) });
  }
}

function fits(option: Plain, given: unknown): boolean {
  switch (option.kind) {
    case 'integer':
      if (typeof given === 'string') return option.or?.includes(given) ?? false;
      return Number.isSafeInteger(given) && inRange(option, Number(given));
    case 'number':
      return typeof given === 'number' && Number.isFinite(given) && inRange(option, given);
    case 'boolean':
      return typeof given === 'boolean';
    case 'choice':
      return option.values.some((word) => word === given);
    case 'tolerance':
      return isTolerance(given);
  }
}

function inRange({ min, max = Number.POSITIVE_INFINITY }: { min: number; max?: number }, given: number): boolean {
  return given >= min && given <= max;
}

function schemaOf(option: Plain): JsonSchema {
  switch (option.kind) {
    case 'integer':
    case 'number': {
      const range = { type: option.kind, minimum: option.min, ...(option.max === undefined ? {} : { maximum: option.max }) };
      return option.kind === 'integer' && option.or !== undefined ? { anyOf: [range, { enum: option.or }] } : range;
    }
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { enum: option.values };
    case 'tolerance':
      return {
        anyOf: [
          { type: 'integer', minimum: 0 },
          { type: 'string', pattern: '^\\d+(\\.\\d+)?%$' },
        ],
      };
  }
}

/** The options of a connector that a file can say. */
export function connectorShape(name: string, end: ConnectorEnd<unknown>): Shape<Readonly<Record<string, unknown>>> {
  const fields = Object.entries(end.options)
    .filter(([, rule]) => rule.schema !== undefined)
    .map(([option, rule]): [string, Field] => [option, ruleField(rule)]);
  const shape = object(`"${name}"`, () => Object.fromEntries(fields), {
    elsewhere: (key) =>
      Object.hasOwn(end.options, key)
        ? 'can only be given in code: use a source or sink of your own ("use: ./module.ts#export")'
        : undefined,
  });
  return shape as Shape<Readonly<Record<string, unknown>>>;
}

function ruleField(rule: OptionRule): Field {
  const whole = value({ allowed: rule.allowed, accepts: rule.accepts, schema: rule.schema ?? {} });
  const plain = typeof rule.schema?.additionalProperties === 'object' ? byMember(whole, rule) : whole;
  const hidden = rule.isSecret || rule.secretMembers ? secret(plain, rule) : plain;
  return {
    shape: rule.isPath ? path(hidden) : hidden,
    doc: rule.doc,
    ...(rule.required ? { required: true } : {}),
    ...(rule.default === undefined ? {} : { default: rule.default }),
  };
}

/** A map of names to values, as `types`: where one of them alone is refused, that is the place. */
function byMember(shape: Shape<unknown>, { accepts, allowed }: OptionRule): Shape<unknown> {
  return {
    ...shape,
    check: (node, label, site) => {
      const entries = node.kind === 'map' ? node.entries : [];
      const refused = entries.filter(({ key, value }) => !accepts({ [key]: plainOf(value) }));
      if (refused.length === 0) shape.check(node, label, site);
      for (const { value } of refused) wrongValue(value, label, allowed, site);
    },
  };
}

function secret(shape: Shape<unknown>, { accepts, allowed, secretMembers }: OptionRule): Shape<unknown> {
  return {
    ...shape,
    check: (node, label, site) => {
      const hidden = secretMembers === undefined ? [node] : membersNamed(secretMembers, node);
      for (const scalar of hidden.flatMap(scalarsOf)) site.findings.conceal(scalar);
      if (!accepts(plainOf(node))) wrongValue({ ...node, secret: true } as Node, label, allowed, site);
    },
  };
}

function membersNamed(name: RegExp, node: Node): readonly Node[] {
  return node.kind === 'map' ? node.entries.flatMap(({ key, value }) => (name.test(key) ? [value] : [])) : [];
}

/** Those of a secret, which may be a map, as headers are. */
function scalarsOf(node: Node): readonly ScalarNode[] {
  if (node.kind === 'scalar') return [node];
  return (node.kind === 'list' ? node.items : node.entries.map(({ value }) => value)).flatMap(scalarsOf);
}

/** Relative paths are those from the file's folder. */
function path(shape: Shape<unknown>): Shape<unknown> {
  return { ...shape, read: (node, site) => resolved(shape.read(node, site), site) };
}

function resolved(given: unknown, site: Site): unknown {
  if (Array.isArray(given)) return given.map((each) => resolved(each, site));
  return typeof given === 'string' ? site.resolve(given) : given;
}

/** What a source or sink of one's own is called with. */
export const withField: Field = { shape: data, doc: 'What the export is called with, when it is a function.' };
