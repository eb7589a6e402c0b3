import { didYouMean } from '../spelling.js';
import { type CellValue, type ColumnType, cellReader, mendingOf, type ReadCell } from './column-type.js';
import type { ColumnTypes, CsvReadOptions } from './read-options.js';
import { type BuildRow, type Row, rowBuilder } from './row-builder.js';

/** A problem with one field of a record; the caller knows the record. */
export interface FieldProblem {
  readonly field: number;
  readonly problem: string;
}

interface TypedField {
  readonly field: number;
  readonly name: string;
  readonly type: ColumnType;
  readonly read: ReadCell;
}

/** How the records of one file become rows: decided once, by the options and the header. */
export class Layout {
  readonly #width: number;
  readonly #typed: readonly TypedField[];
  readonly #build: BuildRow;

  private constructor(names: readonly string[], taken: readonly string[], types: ColumnTypes) {
    const fieldOf = new Map(names.map((name, field) => [name, field]));
    this.#width = names.length;
    this.#build = rowBuilder(taken.map((name) => ({ name, field: fieldOf.get(name)! })));
    this.#typed = Object.entries(types).flatMap(([name, type]) => {
      const read = cellReader(type);
      return read === undefined ? [] : [{ field: fieldOf.get(name)!, name, type, read }];
    });
  }

  /** For a file without a header: `columns` names all fields. */
  static ofColumns(columns: readonly string[], types: ColumnTypes): Layout {
    return new Layout(columns, columns, types);
  }

  /** For the header that was read, or what is wrong with it. */
  static ofHeader(header: readonly string[], { columns, types = {} }: CsvReadOptions): Layout | FieldProblem {
    const places = new Map<string, number>();
    for (const [field, name] of header.entries()) {
      const first = places.get(name);
      if (first !== undefined) {
        return { field, problem: `the header names "${name}" twice, as columns ${first + 1} and ${field + 1}` };
      }
      places.set(name, field);
    }
    const missing = [...(columns ?? []), ...Object.keys(types)].find((name) => !places.has(name));
    if (missing !== undefined) {
      const known = header.map((name) => `"${name}"`).join(', ');
      return { field: 0, problem: `the header lacks the column "${missing}"${didYouMean(missing, header)}; it has ${known}` };
    }
    return new Layout(header, columns ?? header, types);
  }

  /** What is wrong with a record; when nothing is, its typed fields have been read, in place. */
  admit(record: CellValue[]): FieldProblem | undefined {
    if (record.length !== this.#width) return raggedness(record, this.#width);
    for (const { field, name, type, read } of this.#typed) {
      const text = record[field];
      if (typeof text !== 'string') continue;
      const value = read(text);
      if (value === undefined) return { field, problem: misfit(text, name, type) };
      record[field] = value;
    }
    return undefined;
  }

  /** The row of an admitted record. */
  rowOf(record: readonly CellValue[]): Row {
    return this.#build(record);
  }
}

function misfit(text: string, name: string, type: ColumnType): string {
  const mending = mendingOf(type, text);
  return `${quoted(text)} in the column "${name}" is no ${type}${mending === undefined ? '' : `: ${mending}`}`;
}

/** Whether the record stands for a line with nothing on it. */
export function isBlank(record: readonly CellValue[]): boolean {
  return record.length === 1 && record[0] === '';
}

function raggedness(record: readonly CellValue[], width: number): FieldProblem {
  const count = (fields: number) => (fields === 1 ? '1 field' : `${fields} fields`);
  if (isBlank(record)) {
    return { field: 0, problem: `a blank line where ${count(width)} should be; "skipBlankLines: true" would pass over it` };
  }
  const amount = record.length > width ? 'many' : 'few';
  return { field: Math.min(width, record.length), problem: `too ${amount} fields: ${record.length}, where ${width} should be` };
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
