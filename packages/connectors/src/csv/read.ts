import type { Pull, Source } from '@millrace/core';
import { checkReadable, readBytes } from '../file/byte-source.js';
import { textBlocks } from '../file/text-blocks.js';
import { maxPull } from '../pulls.js';
import { type ColumnTypes, type CsvReadOptions, type CsvRow, checkReadOptions, defaultMaxRecordBytes } from './read-options.js';
import { recordBlocks } from './records.js';
import { rowPulls } from './row-pulls.js';

/**
 * Reads a CSV file (RFC 4180: UTF-8, LF or CRLF, also mixed; a byte order mark is dropped; gzip is unpacked, told by its first bytes).
 * Each record becomes a plain object with an own property for every column, `__proto__` too. Values are strings unless `types` says
 * otherwise. Reading is strict: ragged records, blank lines, duplicate names in the header, stray quotes and values that do not fit
 * their type are errors at `file:line:column`. An empty file has no rows. An item's `origin` is where its record starts.
 *
 * A relative path is resolved from the working directory at the time of opening. The row type follows from `columns` and `types`;
 * `csv.read<Row>(path)` states it instead, unchecked.
 *
 * @throws OptionError at the declaration; FileError and DataError while reading
 */
export function read<const Column extends string = string, const Types extends ColumnTypes = Record<never, never>>(
  path: string,
  options?: CsvReadOptions & { readonly columns?: readonly Column[] | undefined; readonly types?: Types | undefined },
): Source<CsvRow<Column, Types>>;
export function read<Row extends object>(path: string, options?: CsvReadOptions): Source<Row>;
export function read(path: string, options?: CsvReadOptions): Source<object> {
  checkReadOptions(path, options);
  return {
    name: 'csv',
    maxPull,
    check: () => checkReadable(path),
    open: ({ signal }) => rowsOf(readBytes(path, signal), path, options),
  };
}

/** The rows of a CSV text that comes in chunks of any size. */
export function rowsOf(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  options: CsvReadOptions = {},
): AsyncIterable<Pull<object>> {
  const { delimiter = ',', quote = '"', maxRecordBytes = defaultMaxRecordBytes } = options;
  const dialect = { delimiter, quote: quote === false ? undefined : quote };
  return rowPulls(recordBlocks(textBlocks(chunks, file, maxRecordBytes), file, dialect, maxRecordBytes), file, dialect, options);
}
