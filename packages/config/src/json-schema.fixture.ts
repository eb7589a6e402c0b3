import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from './shapes/shape.js';

/** Keywords that this evaluator knows; any other one is a mistake in the schema. */
const known = new Set(
  (
    '$schema $ref $defs title description type enum const properties required additionalProperties items minItems maxItems uniqueItems ' +
    'minProperties maxProperties minimum maximum minLength maxLength pattern anyOf if then else'
  ).split(' '),
);

/**
 * Whether a value is what a schema takes. A small evaluator of draft 2020-12, of the keywords that the schema uses: none is among the
 * dependencies of this repository.
 */
export function takes(schema: unknown, value: unknown, root: JsonSchema): boolean {
  if (typeof schema !== 'object' || schema === null) throw new TypeError(`not a schema: ${String(schema)}`);
  const rules = schema as Record<string, unknown>;
  const odd = Object.keys(rules).find((keyword) => !known.has(keyword));
  if (odd !== undefined) throw new TypeError(`unknown keyword "${odd}"`);
  if (typeof rules.$ref === 'string' && !takes(definition(rules.$ref, root), value, root)) return false;
  if (Array.isArray(rules.anyOf) && !rules.anyOf.some((each) => takes(each, value, root))) return false;
  const branch = rules.if === undefined ? undefined : takes(rules.if, value, root) ? rules.then : rules.else;
  if (branch !== undefined && !takes(branch, value, root)) return false;
  if (rules.type !== undefined && ![rules.type].flat().some((type) => isOfType(type, value))) return false;
  if (Array.isArray(rules.enum) && !rules.enum.some((each) => isDeepStrictEqual(each, value))) return false;
  if ('const' in rules && !isDeepStrictEqual(rules.const, value)) return false;
  return scalarFits(rules, value) && listFits(rules, value, root) && mapFits(rules, value, root);
}

function definition(ref: string, root: JsonSchema): unknown {
  return ref
    .split('/')
    .slice(1)
    .reduce<unknown>((at, name) => Reflect.get(Object(at), name), root);
}

function isOfType(type: unknown, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

function within(count: number, least: unknown, most: unknown): boolean {
  return (typeof least !== 'number' || count >= least) && (typeof most !== 'number' || count <= most);
}

function scalarFits({ minimum, maximum, minLength, maxLength, pattern }: Record<string, unknown>, value: unknown): boolean {
  if (typeof value === 'number') return within(value, minimum, maximum);
  if (typeof value !== 'string') return true;
  return within(value.length, minLength, maxLength) && (typeof pattern !== 'string' || new RegExp(pattern, 'u').test(value));
}

function listFits(
  { items, minItems, maxItems, uniqueItems }: Record<string, unknown>,
  value: unknown,
  root: JsonSchema,
): boolean {
  if (!Array.isArray(value)) return true;
  if (uniqueItems === true && new Set(value).size !== value.length) return false;
  return within(value.length, minItems, maxItems) && (items === undefined || value.every((item) => takes(items, item, root)));
}

function mapFits(rules: Record<string, unknown>, value: unknown, root: JsonSchema): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
  const members = Object.entries(value);
  if (Array.isArray(rules.required) && !rules.required.every((name) => Object.hasOwn(value, name))) return false;
  if (!within(members.length, rules.minProperties, rules.maxProperties)) return false;
  const properties = (rules.properties ?? {}) as Record<string, unknown>;
  return members.every(([name, member]) => {
    if (Object.hasOwn(properties, name)) return takes(properties[name], member, root);
    if (rules.additionalProperties === false) return false;
    return rules.additionalProperties === undefined || takes(rules.additionalProperties, member, root);
  });
}
