/**
 * Sources and sinks for files. Each format is an object with `read(path, options?)`, a source, and `write(path, options?)`, a sink:
 *
 * - {@link csv}: records of a CSV file as plain objects, strictly read, also range by range inside workers;
 * - {@link tsv}: the same with tabs;
 * - {@link ndjson}: values of newline-delimited JSON, also range by range inside workers;
 * - {@link json}: items of one array in a JSON file, however long it is;
 * - {@link lines}: lines of text as strings, also range by range inside workers;
 * - {@link parquet}: rows of a Parquet file, also row group by row group inside workers;
 * - {@link http}: pages of items from servers, and batches of items to them; its requests fail with an {@link HttpError};
 * - {@link postgres}: rows of PostgreSQL, by `read(url, options)` and `write(url, options)`; it fails with a {@link PostgresError}.
 *
 * The text formats read globs, lists of paths and gzip unasked, and write gzip for paths that end in `.gz`; the path `-` is the standard
 * input or output. Every file that is written appears only whole. What can go wrong is one of these errors: {@link DataError} (the file's
 * content, with its place), {@link FileError} (the file system), {@link ItemError} (an item that a sink cannot write),
 * {@link LossyValueError} (a value that JavaScript cannot hold exactly), {@link OptionError} (the declaration) and
 * {@link MissingPackageError} (an optional package).
 *
 * @module
 */
import { ranges as rangesOfCsv, rowsOf as rowsOfCsv } from './csv/ranges.js';
import { read as readCsv } from './csv/read.js';
import { write as writeCsv } from './csv/write.js';
import { read as readHttp } from './http/read.js';
import { write as writeHttp } from './http/write.js';
import { read as readJson } from './json/read.js';
import { write as writeJson } from './json/write.js';
import { bytesOf, linesOf, ranges as rangesOfLines } from './lines/ranges.js';
import { read as readLines } from './lines/read.js';
import { write as writeLines } from './lines/write.js';
import { ranges as rangesOfNdjson, valuesOf } from './ndjson/ranges.js';
import { read as readNdjson } from './ndjson/read.js';
import { write as writeNdjson } from './ndjson/write.js';
import { read as readParquet } from './parquet/read.js';
import { columnsOf, rowGroups, rowsOf } from './parquet/row-groups.js';
import { write as writeParquet } from './parquet/write.js';
import { read as readPostgres } from './postgres/read.js';
import { write as writePostgres } from './postgres/write.js';
import { ranges as rangesOfTsv, read as readTsv, rowsOf as rowsOfTsv, write as writeTsv } from './tsv.js';

export type { Connector, ConnectorEnd } from './connector.js';
export { connectors } from './connectors.js';
export type { Cell, ColumnType } from './csv/column-type.js';
export type { CsvRange, CsvRangesOptions } from './csv/ranges.js';
export type { ColumnTypes, CsvReadOptions, CsvRow, TsvReadOptions } from './csv/read-options.js';
export type { CsvWriteOptions, TsvWriteOptions } from './csv/write.js';
export { DataError, FileError, ItemError, isBrokenPipe, LossyValueError, MissingPackageError, OptionError } from './errors.js';
export type { FileRange, FileRangesOptions } from './file/file-ranges.js';
export type { InputPaths } from './file/input-paths.js';
export type { HttpOptions, HttpRetry } from './http/common-options.js';
export { HttpError, type HttpFailure } from './http/http-error.js';
export type { HttpRate } from './http/pacer.js';
export type { HttpPages } from './http/pager.js';
export type { HttpCsvOptions, HttpFormat, HttpReadOptions } from './http/read-options.js';
export type { HttpWriteOptions } from './http/write-options.js';
export type { BigIntegersRead } from './json/big-integers.js';
export type { JsonReadOptions } from './json/read.js';
export type { BigIntegersWritten } from './json/value-text.js';
export type { JsonWriteOptions } from './json/write.js';
export type { LinesRangeOptions } from './lines/ranges.js';
export type { LinesReadOptions } from './lines/read.js';
export type { LinesWriteOptions } from './lines/write.js';
export type { NdjsonRangeOptions } from './ndjson/ranges.js';
export type { NdjsonReadOptions } from './ndjson/read.js';
export type { NdjsonWriteOptions } from './ndjson/write.js';
export type { JsonSchema, OptionRule, OptionRules } from './options.js';
export type { ParquetColumnType, ParquetSchema } from './parquet/column-type.js';
export type { ParquetReadOptions, ParquetTypeOptions, ParquetValue } from './parquet/read-options.js';
export type { ParquetGroupOptions, ParquetRowGroup } from './parquet/row-groups.js';
export type { ParquetWriteOptions } from './parquet/write-options.js';
export { PostgresError, type PostgresFailure, type PostgresFields } from './postgres/postgres-error.js';
export type { PostgresParameter, PostgresReadOptions } from './postgres/read-options.js';
export type { PostgresWriteOptions } from './postgres/write-options.js';
export { resolveFrom } from './resolve-from.js';
export type { TsvRangesOptions } from './tsv.js';

/**
 * CSV files, strictly read: each record is an object.
 *
 * @namespace
 */
export const csv = {
  /** @function */
  read: readCsv,
  /** @function */
  write: writeCsv,
  /** @function */
  ranges: rangesOfCsv,
  /** @function */
  rowsOf: rowsOfCsv,
};

/**
 * Files of tab-separated values: CSV with the tab as delimiter.
 *
 * @namespace
 */
export const tsv = {
  /** @function */
  read: readTsv,
  /** @function */
  write: writeTsv,
  /** @function */
  ranges: rangesOfTsv,
  /** @function */
  rowsOf: rowsOfTsv,
};

/**
 * Files of newline-delimited JSON: one value a line.
 *
 * @namespace
 */
export const ndjson = {
  /** @function */
  read: readNdjson,
  /** @function */
  write: writeNdjson,
  /** @function */
  ranges: rangesOfNdjson,
  /** @function */
  valuesOf,
};

/**
 * JSON files that hold one array, which may be of any length: it is read and written item by item.
 *
 * @namespace
 */
export const json = {
  /** @function */
  read: readJson,
  /** @function */
  write: writeJson,
};

/**
 * Text files, line by line: each line is a string.
 *
 * @namespace
 */
export const lines = {
  /** @function */
  read: readLines,
  /** @function */
  write: writeLines,
  /** @function */
  ranges: rangesOfLines,
  /** @function */
  linesOf,
  /** @function */
  bytesOf,
};

/**
 * Parquet files, row group by row group. Reading needs the packages `hyparquet` and `hyparquet-compressors`, writing `hyparquet-writer`, which
 * are loaded when a file is opened.
 *
 * @namespace
 */
export const parquet = {
  /** @function */
  read: readParquet,
  /** @function */
  write: writeParquet,
  /** @function */
  rowGroups,
  /** @function */
  rowsOf,
  /** @function */
  columnsOf,
};

/**
 * Tables and queries of PostgreSQL. Needs the package `pg`, which is loaded when a connection is opened.
 *
 * @namespace
 */
export const postgres = {
  /** @function */
  read: readPostgres,
  /** @function */
  write: writePostgres,
};

/**
 * Servers of HTTP: pages of items from them, batches of items to them, by the client of Node.js.
 *
 * @namespace
 */
export const http = {
  /** @function */
  read: readHttp,
  /** @function */
  write: writeHttp,
};
