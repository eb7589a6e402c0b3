import { byPath, type Connector } from './connector.js';
import { read as readCsv } from './csv/read.js';
import { readRules as csvReadRules, tsvReadRules } from './csv/read-options.js';
import { writeRules as csvWriteRules, tsvWriteRules, write as writeCsv } from './csv/write.js';
import { urlRule } from './http/common-options.js';
import { read as readHttp } from './http/read.js';
import { readRules as httpReadRules } from './http/read-options.js';
import { write as writeHttp } from './http/write.js';
import { writeRules as httpWriteRules } from './http/write-options.js';
import { readRules as jsonReadRules, read as readJson } from './json/read.js';
import { writeRules as jsonWriteRules, write as writeJson } from './json/write.js';
import { readRules as linesReadRules, read as readLines } from './lines/read.js';
import { writeRules as linesWriteRules, write as writeLines } from './lines/write.js';
import { readRules as ndjsonReadRules, read as readNdjson } from './ndjson/read.js';
import { writeRules as ndjsonWriteRules, write as writeNdjson } from './ndjson/write.js';
import { outputPathRule, pathRule, pathsRule } from './options.js';
import { read as readParquet } from './parquet/read.js';
import { readRules as parquetReadRules } from './parquet/read-options.js';
import { write as writeParquet } from './parquet/write.js';
import { writeRules as parquetWriteRules } from './parquet/write-options.js';
import { urlRule as postgresUrlRule } from './postgres/address.js';
import { read as readPostgres } from './postgres/read.js';
import { readRules as postgresReadRules } from './postgres/read-options.js';
import { write as writePostgres } from './postgres/write.js';
import { writeRules as postgresWriteRules } from './postgres/write-options.js';
import { read as readTsv, write as writeTsv } from './tsv.js';

const csv: Connector = {
  name: 'csv',
  doc: 'CSV files, strictly read.',
  read: byPath('Records of a CSV file as objects.', { path: pathsRule, ...csvReadRules }, readCsv),
  write: byPath('Objects as the records of a CSV file.', { path: outputPathRule, ...csvWriteRules }, writeCsv),
};

const ndjson: Connector = {
  name: 'ndjson',
  doc: 'Files of newline-delimited JSON.',
  read: byPath('Values of newline-delimited JSON.', { path: pathsRule, ...ndjsonReadRules }, readNdjson),
  write: byPath('Each item as one line of JSON.', { path: outputPathRule, ...ndjsonWriteRules }, writeNdjson),
};

const lines: Connector = {
  name: 'lines',
  doc: 'Files of text lines.',
  read: byPath('Lines of a text file as strings.', { path: pathsRule, ...linesReadRules }, readLines),
  write: byPath('Strings as the lines of a text file.', { path: outputPathRule, ...linesWriteRules }, writeLines),
};

const tsv: Connector = {
  name: 'tsv',
  doc: 'Files of tab-separated values: CSV with the tab as delimiter.',
  read: byPath('Records of a TSV file as objects.', { path: pathsRule, ...tsvReadRules }, readTsv),
  write: byPath('Objects as the records of a TSV file.', { path: outputPathRule, ...tsvWriteRules }, writeTsv),
};

const json: Connector = {
  name: 'json',
  doc: 'JSON files that hold one array, read item by item.',
  read: byPath('Items of an array in a JSON file.', { path: pathsRule, ...jsonReadRules }, readJson),
  write: byPath('The items as one array in a JSON file.', { path: outputPathRule, ...jsonWriteRules }, writeJson),
};

const http: Connector = {
  name: 'http',
  doc: 'Servers of HTTP: pages of JSON and other formats, batches of JSON.',
  read: byPath('Items out of the answers of a server, page by page.', { url: urlRule, ...httpReadRules }, readHttp, 'url'),
  write: byPath('Batches of items as requests to a server.', { url: urlRule, ...httpWriteRules }, writeHttp, 'url'),
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
  read: byPath('Rows of a query or a table as objects.', { url: postgresUrlRule, ...postgresReadRules }, readPostgres, 'url'),
  write: byPath('Objects as rows of a table.', { url: postgresUrlRule, ...postgresWriteRules }, writePostgres, 'url'),
};

/**
 * All connectors, by the names that pipeline files have for them, with their options as rules.
 *
 * @example
 * ```ts
 * import { connectors } from '@millrace/connectors';
 *
 * for (const [option, rule] of Object.entries(connectors.csv?.read?.options ?? {})) {
 *   console.log(`${option}: ${rule.doc} Default: ${rule.default ?? 'none'}`);
 * }
 * ```
 */
export const connectors: Readonly<Record<string, Connector>> = { csv, tsv, ndjson, json, lines, parquet, http, postgres };
