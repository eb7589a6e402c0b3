import { inspect } from 'node:util';
import { shapeProblem } from '../csv/record-encoder.js';
import { ItemError } from '../errors.js';
import { inferredType, type ParquetColumnType, type ParquetSchema } from './column-type.js';
import { type ColumnWriting, columnWriting } from './column-writing.js';

/** Turns rows into columns. */
export class RowEncoder {
  readonly columns: readonly ColumnWriting[];
  readonly #names: ReadonlySet<string>;

  constructor(schema: ParquetSchema) {
    this.columns = Object.entries(schema).map(([name, type]) => columnWriting(name, type));
    this.#names = new Set(Object.keys(schema));
  }

  /** For the columns that the first items have, each of the type of its first value that is not null.
   * @throws ItemError when the items do not tell them */
  static ofItems(items: readonly unknown[]): RowEncoder {
    const schema = new Map<string, ParquetColumnType | undefined>();
    for (const [index, item] of items.entries()) {
      const problem = shapeProblem(item);
      if (problem !== undefined) throw badItem(index, problem);
      for (const [name, value] of Object.entries(item as object)) {
        const known = schema.get(name);
        const type = value === null || value === undefined ? undefined : typeOf(value, name, index);
        if (known === undefined || type === undefined) schema.set(name, known ?? type);
      }
    }
    if (schema.size === 0) throw badItem(0, 'has no keys, so it cannot name the columns; give the option "schema"');
    const unknown = [...schema].find(([, type]) => type === undefined)?.[0];
    if (unknown !== undefined) {
      throw badItem(
        0,
        `and all others of the first batch have no value in "${unknown}", which could tell its type; give the option "schema"`,
      );
    }
    return new RowEncoder(Object.fromEntries(schema) as ParquetSchema);
  }

  /** The values of each column as the driver takes them.
   * @throws ItemError */
  encode(items: readonly unknown[]): unknown[][] {
    for (const [index, item] of items.entries()) this.#checkKeys(item, index);
    return this.columns.map((column) => items.map((item, index) => storedOf(item as object, column, index)));
  }

  #checkKeys(item: unknown, index: number): void {
    const problem = shapeProblem(item);
    if (problem !== undefined) throw badItem(index, problem);
    for (const key of Object.keys(item as object)) {
      if (!this.#names.has(key)) {
        const known = [...this.#names].map((name) => `"${name}"`).join(', ');
        throw badItem(index, `has the key "${key}", which is no column; the columns are ${known}`);
      }
    }
  }
}

function storedOf(item: object, { name, type, isNullable, encode, why }: ColumnWriting, index: number): unknown {
  const value: unknown = Object.hasOwn(item, name) ? Reflect.get(item, name) : undefined;
  if (value === null || value === undefined) {
    if (isNullable) return null;
    throw badItem(index, `has no value in the column "${name}" of type ${type}; "${type}?" would take null`);
  }
  const encoded = encode(value);
  if (encoded !== undefined) return encoded;
  const reason = why?.(value);
  if (reason !== undefined) throw badItem(index, `has in the column "${name}" ${reason}`);
  const shown = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 60, maxArrayLength: 8 });
  throw badItem(index, `has in the column "${name}" the value ${shown}, which does not fit the type ${type}`);
}

function typeOf(value: unknown, name: string, index: number): ParquetColumnType {
  const type = inferredType(value);
  if (type === undefined)
    throw badItem(index, `has in the column "${name}" a value of type ${typeof value}, which cannot be written`);
  return type;
}

function badItem(index: number, problem: string): ItemError {
  return new ItemError(`parquet.write: item ${index} of the batch ${problem}`, index);
}
