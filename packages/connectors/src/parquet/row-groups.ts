import type { Pull, Source } from '@millrace/core';
import { checkDeclaration, checkOptions, type OptionRule } from '../options.js';
import { maxPull } from '../pulls.js';
import { type GroupPlace, inexactError, readColumn } from './column.js';
import { ParquetFile } from './parquet-file.js';
import { columnsRule, type ParquetTypeOptions, type ParquetValue, typeRules } from './read-options.js';
import { rowSlicer } from './row-slices.js';

/** One row group of a file: small plain data that goes to a worker, which reads it there. */
export interface ParquetRowGroup {
  /** As it was given to `rowGroups`. */
  readonly path: string;
  /** Its place in the file, from 0. */
  readonly index: number;
  /** Rows of the group. */
  readonly rows: number;
  /** Rows of the file before this group. */
  readonly firstRow: number;
  /** Bytes of all its columns when they are unpacked, before they are values. */
  readonly bytes: number;
}

/** Options of `parquet.rowsOf` and `parquet.columnsOf`. */
export interface ParquetGroupOptions extends ParquetTypeOptions {
  /** The columns to read; the others are not even fetched. Default: all. */
  readonly columns?: readonly string[] | undefined;
}

const groupRules: Readonly<Record<keyof ParquetGroupOptions, OptionRule>> = { columns: columnsRule, ...typeRules };

/**
 * The row groups of a Parquet file, as small descriptions, for a cpu stage that reads each where it computes, by {@link rowsOf} or
 * {@link columnsOf}: so lanes read and decode a file side by side, and only results travel.
 *
 * @throws OptionError at the declaration; MissingPackageError, FileError and DataError while reading
 *
 * @example
 * ```ts
 * import { ndjson, parquet } from '@millrace/connectors';
 * import { cpu, flow, pipeline } from '@millrace/core';
 *
 * export const late = pipeline(import.meta, 'late', ({ file }: { file: string }) =>
 *   flow(parquet.rowGroups(file))
 *     .pipe(
 *       cpu('count', async (group) => {
 *         const { delay } = await parquet.columnsOf<{ delay: number }>(group, { columns: ['delay'] });
 *         return { rows: group.rows, late: Array.from(delay).filter((minutes) => minutes > 60).length };
 *       }),
 *     )
 *     .to(ndjson.write('late.ndjson')),
 * );
 * ```
 */
export function rowGroups(path: string): Source<ParquetRowGroup> {
  checkDeclaration('parquet.rowGroups', path, undefined, {});
  return {
    name: 'parquet',
    maxPull,
    check: async ({ signal }) => (await ParquetFile.open(path, signal)).close(),
    open: ({ signal }) => groupPulls(path, signal),
  };
}

/**
 * The rows of a row group, all at once. `Row` is stated, not checked.
 *
 * @param group what `rowGroups` gave, here or in another process that sees the same file
 * @throws OptionError, MissingPackageError, FileError, DataError and LossyValueError
 *
 * @example
 * ```ts
 * import { parquet } from '@millrace/connectors';
 * import { type Flow, flow, io } from '@millrace/core';
 *
 * export const customers = (file: string): Flow<string[]> =>
 *   flow(parquet.rowGroups(file)).pipe(
 *     io('customers', async (group) => {
 *       const rows = await parquet.rowsOf<{ customer: string }>(group, { columns: ['customer'] });
 *       return rows.map(({ customer }) => customer);
 *     }),
 *   );
 * ```
 */
export async function rowsOf<Row extends object = Record<string, ParquetValue>>(
  group: ParquetRowGroup,
  options?: ParquetGroupOptions,
): Promise<Row[]> {
  const columns = await readGroup('parquet.rowsOf', group, options);
  const rows = rowSlicer(columns.map(({ name }) => name))(
    columns.map(({ values }) => values),
    0,
    group.rows,
  );
  return rows as Row[];
}

/**
 * The columns of a row group by their names: an array, or a typed array, of as many values as the group has rows. Faster than
 * {@link rowsOf}, which makes an object for each row. `Row` states the types of the columns, unchecked.
 *
 * @param group what `rowGroups` gave, here or in another process that sees the same file
 * @throws OptionError, MissingPackageError, FileError, DataError and LossyValueError
 *
 * @example
 * ```ts
 * import { type ParquetRowGroup, parquet } from '@millrace/connectors';
 *
 * export async function sumOf(group: ParquetRowGroup): Promise<number> {
 *   const { price } = await parquet.columnsOf<{ price: number }>(group, { columns: ['price'] });
 *   return Array.from(price).reduce((sum, each) => sum + each, 0);
 * }
 * ```
 */
export async function columnsOf<Row extends object = Record<string, ParquetValue>>(
  group: ParquetRowGroup,
  options?: ParquetGroupOptions,
): Promise<{ readonly [Name in keyof Row]: ArrayLike<Row[Name]> }> {
  const columns = await readGroup('parquet.columnsOf', group, options);
  const entries = columns.map(({ name, values }) => [name, values]);
  return Object.fromEntries(entries) as { readonly [Name in keyof Row]: ArrayLike<Row[Name]> };
}

async function* groupPulls(path: string, signal: AbortSignal): AsyncGenerator<Pull<ParquetRowGroup>, void, undefined> {
  const file = await ParquetFile.open(path, signal);
  const groups: ParquetRowGroup[] = [];
  let firstRow = 0;
  for (const [index, group] of file.rowGroups.entries()) {
    const rows = Number(group.num_rows);
    groups.push({ path, index, rows, firstRow, bytes: Number(group.total_byte_size) });
    firstRow += rows;
  }
  await file.close();
  for (let from = 0; from < groups.length; from += maxPull) {
    signal.throwIfAborted();
    const items = groups.slice(from, from + maxPull);
    yield { items, origin: (at) => `${path}#${items[at]!.firstRow + 1}` };
  }
}

async function readGroup(connector: string, { path, index, firstRow }: ParquetRowGroup, options: ParquetGroupOptions = {}) {
  checkDeclaration(connector, path, undefined, {});
  checkOptions(connector, options, groupRules);
  const file = await ParquetFile.open(path, new AbortController().signal);
  try {
    const place: GroupPlace = { group: file.rowGroup(index), firstRow };
    const columns = [];
    for (const column of file.columns(options.columns)) {
      const read = await readColumn(file, place, column, options);
      if (read.inexact !== undefined) throw inexactError(file, firstRow, read.name, read.inexact);
      columns.push(read);
    }
    return columns;
  } finally {
    await file.close();
  }
}
