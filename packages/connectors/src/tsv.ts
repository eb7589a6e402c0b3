import type { Sink, Source } from '@millrace/core';
import { type CsvRange, type CsvRangesOptions, recordRanges } from './csv/ranges.js';
import { recordSource } from './csv/read.js';
import { type ColumnTypes, type CsvRow, checkReadOptions, type TsvReadOptions, tsvReadRules } from './csv/read-options.js';
import { recordSink, type TsvWriteOptions, tsvWriteRules } from './csv/write.js';
import { fileRangesRules } from './file/file-ranges.js';
import type { InputPaths } from './file/input-paths.js';

export { rowsOf } from './csv/ranges.js';

/** Options of `tsv.ranges`: those of `tsv.read`, and the size of a range. */
export type TsvRangesOptions = Omit<CsvRangesOptions, 'delimiter'>;

const delimiter = '\t';

/**
 * Reads files of tab-separated values: as `csv.read` does, with the tab as delimiter. Quotes mean what they mean there; for files that
 * know none, and hold `"` as a character like others, say `quote: false`.
 *
 * @throws OptionError at the declaration; FileError and DataError while reading
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { tsv } from '@millrace/connectors';
 * import { flow } from '@millrace/core';
 *
 * await writeFile('parts.tsv', 'id\tname\n1\t3" pipe\n');
 * console.log(await flow(tsv.read('parts.tsv', { quote: false })).toArray()); // [{ id: '1', name: '3" pipe' }]
 * ```
 */
export function read<const Column extends string = string, const Types extends ColumnTypes = Record<never, never>>(
  paths: InputPaths,
  options?: TsvReadOptions & { readonly columns?: readonly Column[] | undefined; readonly types?: Types | undefined },
): Source<CsvRow<Column, Types>>;
export function read<Row extends object>(paths: InputPaths, options?: TsvReadOptions): Source<Row>;
export function read(paths: InputPaths, options?: TsvReadOptions): Source<object> {
  checkReadOptions('tsv.read', paths, options, tsvReadRules, delimiter);
  return recordSource('tsv', paths, { ...options, delimiter });
}

/**
 * Files of tab-separated values cut up into ranges of bytes, to be read by {@link rowsOf}: as `csv.ranges` does, with the tab as delimiter.
 *
 * @throws OptionError at the declaration; FileError and DataError while reading
 *
 * @example
 * ```ts
 * import { ndjson, tsv } from '@millrace/connectors';
 * import { cpu, flow, pipeline } from '@millrace/core';
 *
 * export const counts = pipeline(import.meta, 'counts', ({ file }: { file: string }) =>
 *   flow(tsv.ranges(file, { quote: false }))
 *     .pipe(cpu('count', async (range) => (await tsv.rowsOf(range)).length))
 *     .to(ndjson.write('counts.ndjson')),
 * );
 * ```
 */
export function ranges<const Column extends string = string, const Types extends ColumnTypes = Record<never, never>>(
  paths: InputPaths,
  options?: TsvRangesOptions & { readonly columns?: readonly Column[] | undefined; readonly types?: Types | undefined },
): Source<CsvRange<CsvRow<Column, Types>>>;
export function ranges<Row extends object>(paths: InputPaths, options?: TsvRangesOptions): Source<CsvRange<Row>>;
export function ranges(paths: InputPaths, options?: TsvRangesOptions): Source<CsvRange<object>> {
  checkReadOptions('tsv.ranges', paths, options, { ...tsvReadRules, rangeBytes: fileRangesRules.rangeBytes }, delimiter);
  return recordRanges('tsv', paths, { ...options, delimiter });
}

/**
 * Writes objects as the records of a file of tab-separated values: as `csv.write` does, with the tab as delimiter. A value that holds a
 * tab, a quote or a line break is put in quotes.
 *
 * @throws OptionError at the declaration; FileError and ItemError while writing
 *
 * @example
 * ```ts
 * import { tsv } from '@millrace/connectors';
 * import { flow, pipeline } from '@millrace/core';
 *
 * const parts = pipeline(import.meta, 'parts', () => flow([{ id: 1, name: 'pipe' }]).to(tsv.write('parts-out.tsv')));
 * await parts.run();
 * ```
 */
export function write(path: string, options?: TsvWriteOptions): Sink<object> {
  return recordSink('tsv', path, options, { ...options, delimiter }, tsvWriteRules);
}
