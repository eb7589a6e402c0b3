import { byPath, type Connector } from './connector.js';
import { read as readCsv } from './csv/read.js';
import { readRules as csvReadRules } from './csv/read-options.js';
import { writeRules as csvWriteRules, write as writeCsv } from './csv/write.js';
import { readRules as linesReadRules, read as readLines } from './lines/read.js';
import { writeRules as linesWriteRules, write as writeLines } from './lines/write.js';
import { readRules as ndjsonReadRules, read as readNdjson } from './ndjson/read.js';
import { writeRules as ndjsonWriteRules, write as writeNdjson } from './ndjson/write.js';
import { pathRule } from './options.js';
import { read as readParquet } from './parquet/read.js';
import { readRules as parquetReadRules } from './parquet/read-options.js';
import { write as writeParquet } from './parquet/write.js';
import { writeRules as parquetWriteRules } from './parquet/write-options.js';
import { urlRule } from './postgres/address.js';
import { read as readPostgres } from './postgres/read.js';
import { readRules as postgresReadRules } from './postgres/read-options.js';
import { write as writePostgres } from './postgres/write.js';
import { writeRules as postgresWriteRules } from './postgres/write-options.js';

const csv: Connector = {
  name: 'csv',
  doc: 'CSV files, strictly read.',
  read: byPath('Records of a CSV file as objects.', { path: pathRule, ...csvReadRules }, readCsv),
  write: byPath('Objects as the records of a CSV file.', { path: pathRule, ...csvWriteRules }, writeCsv),
};

const ndjson: Connector = {
  name: 'ndjson',
  doc: 'Files of newline-delimited JSON.',
  read: byPath('Values of newline-delimited JSON.', { path: pathRule, ...ndjsonReadRules }, readNdjson),
  write: byPath('Each item as one line of JSON.', { path: pathRule, ...ndjsonWriteRules }, writeNdjson),
};

const lines: Connector = {
  name: 'lines',
  doc: 'Files of text lines.',
  read: byPath('Lines of a text file as strings.', { path: pathRule, ...linesReadRules }, readLines),
  write: byPath('Strings as the lines of a text file.', { path: pathRule, ...linesWriteRules }, writeLines),
};

const parquet: Connector = {
  name: 'parquet',
  doc: 'Parquet files, by row groups.',
  read: byPath('Rows of a Parquet file as objects.', { path: pathRule, ...parquetReadRules }, readParquet),
  write: byPath('Objects as the rows of a Parquet file.', { path: pathRule, ...parquetWriteRules }, writeParquet),
};

const postgres: Connector = {
  name: 'postgres',
  doc: 'Tables and queries of PostgreSQL.',
  read: byPath('Rows of a query or a table as objects.', { url: urlRule, ...postgresReadRules }, readPostgres, 'url'),
  write: byPath('Objects as rows of a table.', { url: urlRule, ...postgresWriteRules }, writePostgres, 'url'),
};

/** All connectors, by the names that pipeline files have for them. */
export const connectors: Readonly<Record<string, Connector>> = { csv, ndjson, lines, parquet, postgres };
