/**
 * Sources and sinks for files. Each format is an object with `read(path, options?)`, a source, and `write(path, options?)`, a sink:
 *
 * - {@link csv}: records of a CSV file as plain objects, strictly read;
 * - {@link ndjson}: values of newline-delimited JSON;
 * - {@link lines}: lines of text as strings;
 * - {@link parquet}: rows of a Parquet file, also row group by row group inside workers;
 * - {@link postgres}: rows of PostgreSQL, by `read(url, options)` and `write(url, options)`.
 *
 * The text formats read gzip unasked and write it for paths that end in `.gz`; all let a written file appear only whole. What can go
 * wrong is one of these errors: {@link DataError} (the file's content, with its place), {@link FileError} (the file system),
 * {@link ItemError} (an item that a sink cannot write), {@link LossyValueError} (a value that no type of JavaScript holds exactly),
 * {@link OptionError} (the declaration), {@link PostgresError} (the server) and {@link MissingPackageError} (a package to install).
 *
 * @module
 */
import { read as readCsv } from './csv/read.js';
import { write as writeCsv } from './csv/write.js';
import { read as readLines } from './lines/read.js';
import { write as writeLines } from './lines/write.js';
import { read as readNdjson } from './ndjson/read.js';
import { write as writeNdjson } from './ndjson/write.js';
import { read as readParquet } from './parquet/read.js';
import { columnsOf, rowGroups, rowsOf } from './parquet/row-groups.js';
import { write as writeParquet } from './parquet/write.js';
import { read as readPostgres } from './postgres/read.js';
import { write as writePostgres } from './postgres/write.js';

export type { Connector, ConnectorEnd } from './connector.js';
export { connectors } from './connectors.js';
export type { Cell, ColumnType } from './csv/column-type.js';
export type { ColumnTypes, CsvReadOptions, CsvRow } from './csv/read-options.js';
export type { CsvWriteOptions } from './csv/write.js';
export { DataError, FileError, ItemError, LossyValueError, MissingPackageError, OptionError } from './errors.js';
export type { LinesReadOptions } from './lines/read.js';
export type { LinesWriteOptions } from './lines/write.js';
export type { NdjsonReadOptions } from './ndjson/read.js';
export type { NdjsonWriteOptions } from './ndjson/write.js';
export type { JsonSchema, OptionRule, OptionRules } from './options.js';
export type { ParquetColumnType } from './parquet/column-type.js';
export type { ParquetReadOptions, ParquetTypeOptions, ParquetValue } from './parquet/read-options.js';
export type { ParquetSchema } from './parquet/row-encoder.js';
export type { ParquetGroupOptions, ParquetRowGroup } from './parquet/row-groups.js';
export type { ParquetWriteOptions } from './parquet/write-options.js';
export { PostgresError } from './postgres/postgres-error.js';
export type { PostgresParameter, PostgresReadOptions } from './postgres/read-options.js';
export type { PostgresWriteOptions } from './postgres/write-options.js';

/** CSV files. */
export const csv = { read: readCsv, write: writeCsv };

/** Files of newline-delimited JSON. */
export const ndjson = { read: readNdjson, write: writeNdjson };

/** Files of text lines. */
export const lines = { read: readLines, write: writeLines };

/** Parquet files. */
export const parquet = { read: readParquet, write: writeParquet, rowGroups, rowsOf, columnsOf };

/** Tables and queries of PostgreSQL, by the optional package `pg`. */
export const postgres = { read: readPostgres, write: writePostgres };
