import { SchemaError } from '../errors.js';
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
