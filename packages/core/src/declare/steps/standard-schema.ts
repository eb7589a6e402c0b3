import { SchemaError } from '../../errors.js';
import type { AnyTask } from '../declaration.js';
import { valueText } from '../value-text.js';

/** What a schema says of a value: what it makes of it, or what is wrong with it. */
export type SchemaResult<Output> =
  | {
      /** The parsed value: an item of the stage's output. */
      readonly value: Output;
      /** Absent: the value is accepted. */
      readonly issues?: undefined;
    }
  | {
      /** What is wrong, one at least. */
      readonly issues: readonly {
        /** In the words of the schema's library. */
        readonly message: string;
        /** Where: keys, or objects that have them; absent or empty for the value itself. */
        readonly path?:
          | readonly (
              | PropertyKey
              | {
                  /** Key of the member. */
                  readonly key: PropertyKey;
                }
            )[]
          | undefined;
      }[];
    };

/**
 * A schema of any library that follows https://standardschema.dev, version 1: zod, valibot, arktype and others. It accepts values of type
 * `Input` and makes `Output` of them. `io(name, schema)` and `cpu(name, schema)` take it in the place of a task.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** What the standard asks for; libraries provide it. */
  readonly '~standard': {
    /** Version of the standard. */
    readonly version: 1;
    /** Name of the library. */
    readonly vendor: string;
    /** Parses a value, at once or by a promise. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** Types alone: of no meaning at run time. */
    readonly types?:
      | {
          /** Type of what is accepted. */
          readonly input: Input;
          /** Type of what is made of it. */
          readonly output: Output;
        }
      | undefined;
  };
}

/** Type of what a schema makes of what it accepts. */
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
    const result: unknown = schema['~standard'].validate(item);
    return isThenable(result) ? Promise.resolve(result).then(outputOf) : outputOf(result);
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

function outputOf(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || !('value' in given || 'issues' in given)) {
    throw new TypeError(`validate() of the schema must give { value } or { issues }, got ${valueText(given)}`);
  }
  const result = given as SchemaResult<unknown>;
  if (result.issues === undefined) return result.value;
  throw new SchemaError(result.issues.map(({ message, path = [] }) => ({ message, path: path.map(keyOf) })));
}

function keyOf(segment: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof segment === 'object' ? segment.key : segment;
  return typeof key === 'symbol' ? String(key) : key;
}
