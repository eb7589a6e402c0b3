import type { Pull, Source } from '@millrace/core';
import { checkDeclaration } from '../options.js';
import { maxPull } from '../pulls.js';
import { type ColumnValues, inexactError, readColumn } from './column.js';
import { ParquetFile } from './parquet-file.js';
import { type ParquetReadOptions, type ParquetValue, readRules } from './read-options.js';
import { rowSlicer } from './row-slices.js';

/**
 * Reads a Parquet file, row group by row group: what is held is one row group of the wanted columns. Each row is a plain object with an
 * own property for every column; what is missing is null. An item's `origin` is `file#row`, rows counted from 1.
 *
 * Numbers, booleans and text are just that; dates are `2026-11-25`, times `08:30:00.5`, UUIDs and JSON their text, bytes a Uint8Array;
 * lists are arrays, structs and maps of text keys are objects. **Values that would lose something are errors or text unless an option
 * says otherwise**: whole numbers beyond ±(2⁵³ − 1), decimals, timestamps; see {@link ParquetReadOptions}.
 *
 * All compressions are read. Encrypted files are not. Checksums of pages are not looked at: wrong bytes in a page can give wrong values,
 * and a wrong run length can keep the decoder busy without end; files that are not trusted are better read by `rowGroups`, in a cpu stage
 * with `timeoutMs`. A relative path is resolved from the working directory at the time of opening. `Row` is stated, not checked.
 *
 * @throws OptionError at the declaration; MissingPackageError, FileError, DataError and LossyValueError while reading
 *
 * @example
 * ```ts
 * import { parquet } from '@millrace/connectors';
 * import { type Flow, flow } from '@millrace/core';
 *
 * interface Flight {
 *   readonly origin: string;
 *   readonly delay: number | null;
 * }
 *
 * export const flights = (file: string): Flow<Flight> =>
 *   flow(parquet.read<Flight>(file, { columns: ['origin', 'delay'] }));
 * ```
 */
export function read<Row extends object = Record<string, ParquetValue>>(path: string, options?: ParquetReadOptions): Source<Row> {
  checkDeclaration('parquet.read', path, options, readRules);
  return {
    name: 'parquet',
    maxPull,
    check: async ({ signal }) => {
      const file = await ParquetFile.open(path, signal);
      try {
        wanted(file, options);
      } finally {
        await file.close();
      }
    },
    open: ({ signal }) => rowPulls<Row>(path, signal, options ?? {}),
  };
}

function wanted(file: ParquetFile, { columns, rowGroups = [...file.rowGroups.keys()] }: ParquetReadOptions = {}) {
  const groups = rowGroups.map((index) => ({ group: file.rowGroup(index), firstRow: file.rowsBefore(index) }));
  return { groups, columns: file.columns(columns) };
}

async function* rowPulls<Row>(
  path: string,
  signal: AbortSignal,
  options: ParquetReadOptions,
): AsyncGenerator<Pull<Row>, void, undefined> {
  const file = await ParquetFile.open(path, signal);
  try {
    const { groups, columns } = wanted(file, options);
    const slice = rowSlicer(columns.map(({ element }) => element.name));
    for (const place of groups) {
      const read: ColumnValues[] = [];
      for (const column of columns) read.push(await readColumn(file, place, column, options));
      const fault = firstFault(read);
      const end = fault?.inexact?.row ?? Number(place.group.num_rows);
      const values = read.map((column) => column.values);
      for (let from = 0; from < end; from += maxPull) {
        signal.throwIfAborted();
        const first = place.firstRow + from + 1;
        const items = slice(values, from, Math.min(end, from + maxPull)) as Row[];
        yield { items, origin: (index) => `${path}#${first + index}` };
      }
      if (fault?.inexact !== undefined) throw inexactError(file, place.firstRow, fault.name, fault.inexact);
    }
  } finally {
    await file.close();
  }
}

/** The column whose value cannot be told in the earliest row. */
function firstFault(columns: readonly ColumnValues[]): ColumnValues | undefined {
  return columns.reduce<ColumnValues | undefined>(
    (first, column) =>
      (column.inexact?.row ?? Number.POSITIVE_INFINITY) < (first?.inexact?.row ?? Number.POSITIVE_INFINITY) ? column : first,
    undefined,
  );
}
