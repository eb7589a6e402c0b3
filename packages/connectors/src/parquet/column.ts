import type { AsyncBuffer, DecodedArray, FileMetaData, ParquetParsers, RowGroup, SchemaElement, SchemaTree } from 'hyparquet';
import { DataError, LossyValueError } from '../errors.js';
import { type Convert, converterOf, Inexact, text } from './leaf.js';
import { inexactIn, keyMark, nestedColumn } from './nested.js';
import { asDataErrors, corrupt, type ParquetFile } from './parquet-file.js';
import type { ParquetTypeOptions } from './read-options.js';

/** The values of a column in one row group. */
export interface ColumnValues {
  readonly name: string;
  readonly values: ArrayLike<unknown>;
  /** The first row, from 0, whose value cannot be told, and the value. */
  readonly inexact?: { readonly row: number; readonly what: Inexact };
}

/** Where a row group lies. */
export interface GroupPlace {
  readonly group: RowGroup;
  /** Rows of the file before it. */
  readonly firstRow: number;
}

/**
 * Fetches and decodes a column of a row group. The driver is shown a file that has only this column, with annotations that make it call
 * the converter as early as it can: for the entries of a dictionary instead of for all rows.
 *
 * @throws DataError and FileError
 */
export async function readColumn(
  file: ParquetFile,
  { group }: GroupPlace,
  column: SchemaTree,
  options: ParquetTypeOptions,
): Promise<ColumnValues> {
  const { name } = column.element;
  const chunks = group.columns.filter((chunk) => chunk.meta_data?.path_in_schema[0] === name);
  if (
    group.columns.some(
      (chunk) => chunk.crypto_metadata !== undefined && (chunk.meta_data === undefined || chunks.includes(chunk)),
    )
  ) {
    throw new DataError(file.path, 1, 1, `the column "${name}" is encrypted, which is not supported`);
  }
  // The driver starts to read before it looks for the paths, and would leave what it began behind.
  const paths = chunks.map((chunk) => chunk.meta_data!.path_in_schema.join('\0'));
  if (paths.sort().join('\n') !== leafPaths(column).sort().join('\n'))
    throw corrupt(file.path, `its column "${name}" is incomplete`);
  const tally = { inexact: false };
  const { schema, parsers, finish } = plan(file, column, options, tally);
  const metadata: FileMetaData = { ...file.metadata, schema, row_groups: [{ ...group, columns: chunks }] };
  const rows = Number(group.num_rows);
  const pieces = await asDataErrors(file.input, `its column "${name}" cannot be decoded`, () => decode(file, metadata, parsers));
  const decoded = joined(pieces);
  if (decoded.length !== rows) {
    throw corrupt(file.path, `its column "${name}" has ${decoded.length} values in a row group of ${rows} rows`);
  }
  const values = finish === undefined ? decoded : Array.from(decoded as ArrayLike<unknown>, finish);
  const inexact = tally.inexact || finish !== undefined ? firstInexact(values) : undefined;
  return { name, values, ...(inexact === undefined ? {} : { inexact }) };
}

/** The error for a value that cannot be told. */
export function inexactError(
  file: ParquetFile,
  firstRow: number,
  name: string,
  { row, what }: { row: number; what: Inexact },
): Error {
  const number = firstRow + row + 1;
  if (what.option !== undefined) {
    const problem = `holds ${what.problem}; the option "${what.option}" says what becomes of such values`;
    return new LossyValueError(`${file.path}#${number}`, name, what.option, problem);
  }
  return corrupt(file.path, `row ${number}, column "${name}" holds ${what.problem}`);
}

function leafPaths({ path, children }: SchemaTree): string[] {
  return children.length === 0 ? [path.join('\0')] : children.flatMap(leafPaths);
}

interface ColumnPlan {
  readonly schema: SchemaElement[];
  readonly parsers: Partial<ParquetParsers>;
  /** What is still to be done for each row. */
  readonly finish?: (assembled: unknown) => unknown;
}

function plan(file: ParquetFile, column: SchemaTree, options: ParquetTypeOptions, tally: { inexact: boolean }): ColumnPlan {
  const root: SchemaElement = { name: 'root', num_children: 1 };
  const { element, children } = column;
  if (children.length === 0 && element.repetition_type !== 'REPEATED') {
    const convert = converterOf(element, options);
    return convert === undefined ? { schema: [root, bare(element)], parsers: {} } : flat(root, element, noting(convert, tally));
  }
  const nested = nestedColumn(column, options);
  if (typeof nested === 'string') {
    throw new DataError(
      file.path,
      1,
      1,
      `the column "${element.name}" cannot be read: ${nested}; leave it out by the option "columns"`,
    );
  }
  return {
    schema: [root, ...nested.schema],
    parsers: { uuidFromBytes: (bytes) => keyMark + String(text(bytes)), timestampFromNanoseconds: (nanos) => nanos },
    finish: nested.convert,
  };
}

function bare({ converted_type, logical_type, ...plain }: SchemaElement): SchemaElement {
  return plain;
}

/** Annotations whose parsers take the stored value, one for each type of storage. */
function flat(root: SchemaElement, element: SchemaElement, convert: (stored: unknown) => unknown): ColumnPlan {
  const plain = bare(element);
  switch (element.type) {
    case 'INT32':
      return { schema: [root, { ...plain, converted_type: 'DATE' }], parsers: { dateFromDays: convert } };
    case 'INT64':
      return {
        schema: [root, { ...plain, converted_type: 'TIMESTAMP_MILLIS' }],
        parsers: { timestampFromMilliseconds: convert },
      };
    case 'INT96':
      return { schema: [root, plain], parsers: { timestampFromNanoseconds: convert } };
    default:
      return { schema: [root, { ...plain, logical_type: { type: 'UUID' } }], parsers: { uuidFromBytes: convert } };
  }
}

function noting(convert: Convert, tally: { inexact: boolean }): (stored: unknown) => unknown {
  return (stored) => {
    const value = convert(stored as never);
    if (value instanceof Inexact) tally.inexact = true;
    return value;
  };
}

async function decode(file: ParquetFile, metadata: FileMetaData, parsers: Partial<ParquetParsers>): Promise<DecodedArray[]> {
  const pieces: DecodedArray[] = [];
  const { parquetRead, compressors } = file.driver;
  await parquetRead({
    file: attended(file),
    metadata,
    compressors,
    parsers,
    utf8: false,
    geoparquet: false,
    onChunk: ({ columnData }) => pieces.push(columnData),
  });
  return pieces;
}

/** The driver fetches ahead: what it does not come to await must not be an unhandled rejection. */
function attended({ input }: ParquetFile): AsyncBuffer {
  return {
    byteLength: input.byteLength,
    slice: (start, end) => {
      const bytes = input.slice(start, end);
      bytes.catch(() => {});
      return bytes;
    },
  };
}

function joined(pieces: readonly DecodedArray[]): ArrayLike<unknown> {
  if (pieces.length === 1) return pieces[0]!;
  const all: unknown[] = [];
  for (const piece of pieces) for (let at = 0; at < piece.length; at += 1) all.push(piece[at]);
  return all;
}

function firstInexact(values: ArrayLike<unknown>): { row: number; what: Inexact } | undefined {
  for (let row = 0; row < values.length; row += 1) {
    const what = inexactIn(values[row]);
    if (what !== undefined) return { row, what };
  }
  return undefined;
}
