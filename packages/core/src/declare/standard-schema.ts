import { MillraceError } from '@millrace/workers';
import type { AnyTask } from './declaration.js';

/** A part of a path to a member: its key, or an object that has it. */
type PathSegment = PropertyKey | { readonly key: PropertyKey };

interface Issue {
  readonly message: string;
  readonly path?: readonly PathSegment[] | undefined;
}

type Result<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/** A schema of any library that follows https://standardschema.dev, version 1: zod, valibot, arktype and others. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Result<Output> | Promise<Result<Output>>;
    /** Of no meaning at run time. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** Type of what a schema gives for what it accepts. */
export type SchemaOutput<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output'];

/** What a schema found wrong in one place. */
export interface SchemaIssue {
  readonly message: string;
  /** Keys that lead to the member; empty for the item itself. */
  readonly path: readonly (string | number)[];
}

/** Issues that a message tells of; all are in `issues`. */
const maxTold = 3;

/** An item is not what its schema says. */
export class SchemaError extends MillraceError {
  readonly code = 'ERR_SCHEMA';
  readonly issues: readonly SchemaIssue[];

  constructor(issues: readonly SchemaIssue[]) {
    super(textOf(issues));
    this.issues = issues;
  }
}

/** Schemas of some libraries are functions. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !('~standard' in value)) return false;
  const standard = value['~standard'];
  return typeof standard === 'object' && standard !== null && 'validate' in standard && typeof standard.validate === 'function';
}

/** The task that gives for each item what the schema makes of it. */
export function taskOf(schema: StandardSchema): AnyTask {
  return (item) => {
    const result = schema['~standard'].validate(item);
    return 'then' in result ? result.then(outputOf) : outputOf(result);
  };
}

function outputOf(result: Result<unknown>): unknown {
  if (result.issues === undefined) return result.value;
  throw new SchemaError(result.issues.map(({ message, path = [] }) => ({ message, path: path.map(keyOf) })));
}

function keyOf(segment: PathSegment): string | number {
  const key = typeof segment === 'object' ? segment.key : segment;
  return typeof key === 'symbol' ? String(key) : key;
}

/** `customer.id: expected a string`, `lines[2].price: …`. */
function textOf(issues: readonly SchemaIssue[]): string {
  const told = issues
    .slice(0, maxTold)
    .map(({ path, message }) => (path.length === 0 ? message : `${pathText(path)}: ${message}`));
  const more = issues.length - told.length;
  return `${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function pathText(path: readonly (string | number)[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}
