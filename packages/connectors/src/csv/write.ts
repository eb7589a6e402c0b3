import type { Sink } from '@millrace/core';
import { OptionError } from '../errors.js';
import { fileSink } from '../file/file-sink.js';
import { aBoolean, checkDeclaration, gzipRule, type OptionRule, type OptionRules, oneOf, outputPathRule } from '../options.js';
import { delimiter as aDelimiter, columnList } from './read-options.js';
import { recordEncoder } from './record-encoder.js';

/** Options of `csv.write`. */
export interface CsvWriteOptions {
  /** Names and order of the columns. Default: the keys of the first item. */
  readonly columns?: readonly string[] | undefined;
  /** Whether the first record names the columns. Default true. */
  readonly header?: boolean | undefined;
  /** One character between fields. Default `,`. */
  readonly delimiter?: string | undefined;
  /** End of each record. Default `\n`. */
  readonly newline?: '\n' | '\r\n' | undefined;
  /** Pack the file. Default: whether the path ends in `.gz`. */
  readonly gzip?: boolean | undefined;
}

export const writeRules: Readonly<Record<keyof CsvWriteOptions, OptionRule>> = {
  columns: { ...columnList, doc: 'Names and order of the columns.', default: 'the keys of the first item' },
  header: { ...aBoolean, doc: 'Whether the first record names the columns.', default: 'true' },
  delimiter: { ...aDelimiter, doc: 'One character between fields.', default: '","' },
  newline: { ...oneOf('\n', '\r\n'), doc: 'End of each record.', default: '"\\n"' },
  gzip: gzipRule,
};

/** Options of `tsv.write`, whose delimiter is the tab. */
export type TsvWriteOptions = Omit<CsvWriteOptions, 'delimiter'>;

const { delimiter: _, ...withoutDelimiter } = writeRules;
export const tsvWriteRules: Readonly<Record<keyof TsvWriteOptions, OptionRule>> = withoutDelimiter;

/**
 * Writes objects as the records of a CSV file (RFC 4180, UTF-8). The file appears at the commit, whole; a failed or cancelled run
 * leaves no file and an existing one untouched. The path `-` is the standard output, where rows are seen as they are written.
 *
 * Strings, numbers, booleans and bigints are written as text, a Date as ISO 8601 in UTC; null, undefined and a missing key as an empty
 * field. Nothing is lost in silence: a key that is no column, an object or array as a value, an invalid Date, a function or symbol, and
 * half of a surrogate pair are an `ItemError`. A run without items writes the header only when `columns` are given.
 *
 * @throws OptionError at the declaration; FileError and ItemError while writing
 *
 * @example
 * ```ts
 * import { csv } from '@millrace/connectors';
 * import { flow, pipeline } from '@millrace/core';
 *
 * const rows = [{ id: 1, day: new Date(0) }, { id: 2 }];
 * const report = pipeline(import.meta, 'report', () => flow(rows).to(csv.write('report.csv', { columns: ['id', 'day'] })));
 * await report.run(); // id,day / 1,1970-01-01T00:00:00.000Z / 2,
 * ```
 */
export function write(path: string, options?: CsvWriteOptions): Sink<object> {
  return recordSink('csv', path, options, options, writeRules);
}

/** @param given the options as the user gave them, which `options` completes */
export function recordSink(
  name: string,
  path: string,
  given: unknown,
  options: CsvWriteOptions | undefined,
  rules: OptionRules,
): Sink<object> {
  const connector = `${name}.write`;
  checkDeclaration(connector, path, given, rules, outputPathRule);
  const { columns, header = true, delimiter = ',', newline = '\n', gzip } = options ?? {};
  if (columns?.some((column) => !column.isWellFormed())) {
    throw new OptionError(connector, 'columns', 'a column name holds half of a surrogate pair, which UTF-8 cannot carry');
  }
  return fileSink(name, path, gzip, recordEncoder({ connector, header, delimiter, newline }, columns));
}
