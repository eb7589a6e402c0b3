import type { Pull, Source } from '@millrace/core';
import { fileSource } from '../file/file-source.js';
import type { InputPaths } from '../file/input-paths.js';
import { textBlocks } from '../file/text-blocks.js';
import { type AgreeOnHeader, headerAgreement } from './header-agreement.js';
import { type ColumnTypes, type CsvReadOptions, type CsvRow, checkReadOptions, defaultMaxRecordBytes } from './read-options.js';
import { recordBlocks } from './records.js';
import { rowPulls } from './row-pulls.js';
import type { Dialect } from './scan.js';

/**
 * Reads CSV files (RFC 4180: UTF-8, LF or CRLF, also mixed; a byte order mark is dropped; gzip is unpacked, told by its first bytes).
 * Each record becomes a plain object with an own property for every column, `__proto__` too. Values are strings unless `types` says
 * otherwise. Reading is strict: ragged records, blank lines, duplicate names in the header, stray quotes and values that do not fit
 * their type are errors at `file:line:column`. An empty file has no rows. An item's `origin` is where its record starts.
 *
 * `paths` is a path, a glob (`in/*.csv.gz`), or a list of these: the files are read one after the other, those of a glob sorted by name;
 * `-` is the standard input. Relative ones are resolved from the working directory at the time of opening. A path that exists is taken
 * literally. Each file has a header of its own; without the option `columns` all must name the same columns in the same order.
 *
 * The row type follows from `columns` and `types`;
 * `csv.read<Row>(path)` states it instead, unchecked.
 *
 * @throws OptionError at the declaration; FileError and DataError while reading
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { csv } from '@millrace/connectors';
 * import { flow } from '@millrace/core';
 *
 * await writeFile('orders.csv', 'id,zip,total\n1,00501,12.50\n2,99950,7\n');
 * for await (const { zip, total } of flow(csv.read('orders.csv', { types: { total: 'number' } }))) {
 *   console.log(zip, total); // 00501 12.5, then 99950 7
 * }
 * ```
 */
export function read<const Column extends string = string, const Types extends ColumnTypes = Record<never, never>>(
  paths: InputPaths,
  options?: CsvReadOptions & { readonly columns?: readonly Column[] | undefined; readonly types?: Types | undefined },
): Source<CsvRow<Column, Types>>;
export function read<Row extends object>(paths: InputPaths, options?: CsvReadOptions): Source<Row>;
export function read(paths: InputPaths, options?: CsvReadOptions): Source<object> {
  checkReadOptions('csv.read', paths, options);
  return recordSource('csv', paths, options);
}

/** Of options that have been checked. */
export function recordSource(name: string, paths: InputPaths, options: CsvReadOptions = {}): Source<object> {
  return fileSource({
    name,
    paths,
    allowEmpty: options.allowEmpty,
    reader: () => {
      const agree = options.columns === undefined ? headerAgreement() : undefined;
      return (chunks, file) => rowsOf(chunks, file, options, agree);
    },
  });
}

/** The rows of a CSV text that comes in chunks of any size. */
export function rowsOf(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  options: CsvReadOptions = {},
  agree?: AgreeOnHeader,
): AsyncIterable<Pull<object>> {
  const { maxRecordBytes = defaultMaxRecordBytes } = options;
  const dialect = dialectOf(options);
  const blocks = recordBlocks(textBlocks(chunks, file, maxRecordBytes), file, dialect, maxRecordBytes);
  return rowPulls(blocks, file, dialect, options, agree);
}

export function dialectOf({ delimiter = ',', quote = '"' }: CsvReadOptions): Dialect {
  return { delimiter, quote: quote === false ? undefined : quote };
}
