import { type CsvReadOptions, checkReadOptions, readRules as csvReadRules } from '../csv/read-options.js';
import { OptionError } from '../errors.js';
import { type BigIntegersRead, bigIntegersReadRule } from '../json/big-integers.js';
import { bytesAtLeastOne, type OptionRule, oneOf, wholeNumber } from '../options.js';
import { checkHttp, commonRules, type HttpOptions } from './common-options.js';
import { counterKind, cursorKind, either, group, memberPath, onlyTrue } from './kinds.js';
import type { HttpPages } from './pager.js';

/** What the body of an answer holds. `json` is read whole; the others are parsed while they come. */
export type HttpFormat = 'json' | 'ndjson' | 'lines' | 'csv';
const formats: readonly HttpFormat[] = ['json', 'ndjson', 'lines', 'csv'];

/** Options of `http.read`. */
export interface HttpReadOptions extends HttpOptions {
  /** `GET`, or `POST` for servers that are asked by a body. Default `GET`, with `body` `POST`. */
  readonly method?: 'GET' | 'POST' | undefined;
  /** Body of each request: a string as it is, all else as JSON. */
  readonly body?: unknown;
  /**
   * What a body holds. `json` (the default) is read whole, then parsed; `ndjson`, `lines` and `csv` are parsed while they come, as fast as
   * the items are taken, and read as the connectors of these names read files (gzip is unpacked, told by its first bytes).
   */
  readonly format?: HttpFormat | undefined;
  /** Of `json`: where in the body the list of items is, as names of members with dots between them. Default: the body is the list. */
  readonly items?: string | undefined;
  /** How pages follow each other. Default: there is one. */
  readonly pages?: HttpPages | undefined;
  /** Pages that are read at most; reading ends after them, whatever follows. Default: no limit. */
  readonly maxPages?: number | undefined;
  /** Largest body, in bytes, unpacked. Default 64 MiB for `json`, of which two pages are held whole at once; no limit for the formats that stream. */
  readonly maxBytes?: number | undefined;
  /** Of `ndjson` and `lines`: longest line, in bytes. Default 16 MiB. */
  readonly maxLineBytes?: number | undefined;
  /**
   * Of `json` and `ndjson`: what becomes of whole numbers beyond ±(2⁵³ − 1), which may lose digits as a number. Default `fail`, an error at
   * its place for one that does; `number` gives the nearest number, as `JSON.parse` does; `bigint` and `string` give all digits.
   */
  readonly bigIntegers?: BigIntegersRead | undefined;
  /** Of `csv`: the options of `csv.read`, of which `allowEmpty` is for files. */
  readonly csv?: HttpCsvOptions | undefined;
}

/** Options of the format `csv`: those of `csv.read` that are not about files. */
export type HttpCsvOptions = Omit<CsvReadOptions, 'allowEmpty'>;
const { allowEmpty: _, ...csvRules } = csvReadRules;

export const defaultMaxBytes = 64 * 1024 * 1024;

export const readRules: Readonly<Record<keyof HttpReadOptions, OptionRule>> = {
  ...commonRules,
  method: { ...oneOf('GET', 'POST'), doc: 'Method of each request.', default: 'GET, with a body POST' },
  body: {
    doc: 'Body of each request: a string as it is, all else as JSON.',
    allowed: 'a string, or a value that JSON can carry',
    accepts: (value) => typeof value === 'string' || isJson(value),
    schema: {},
    default: 'none',
  },
  format: {
    ...oneOf(...formats),
    doc: 'What a body holds: json is read whole, the others are parsed while they come.',
    default: '"json"',
  },
  items: { ...memberPath, doc: 'Of json: where in the body the list of items is.', default: 'the body is the list' },
  pages: {
    ...either(
      group({ cursor: cursorKind }, ['cursor']),
      group({ link: onlyTrue }, ['link']),
      group({ counter: counterKind }, ['counter']),
    ),
    doc: 'How pages follow each other: by a cursor in the body, by the Link header, or by a counter in the query.',
    default: 'there is one page',
  },
  maxPages: { ...wholeNumber('pages', 1), doc: 'Pages that are read at most; reading ends after them.', default: 'no limit' },
  maxBytes: {
    ...bytesAtLeastOne,
    doc: 'Largest body, unpacked.',
    default: '64 MiB for json, no limit for the formats that stream',
  },
  maxLineBytes: { ...bytesAtLeastOne, doc: 'Of ndjson and lines: longest line.', default: '16 MiB' },
  bigIntegers: bigIntegersReadRule,
  csv: {
    doc: 'Of csv: the options of csv.read.',
    allowed: 'an object of the options of csv.read',
    accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    schema: { type: 'object' },
    default: 'those of csv.read',
  },
};

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

/** @throws OptionError */
export function checkRead(url: unknown, options: HttpReadOptions | undefined): void {
  const connector = 'http.read';
  checkHttp(connector, url, options, readRules);
  const { method, body, format = 'json', items, pages, maxLineBytes, bigIntegers, csv } = options ?? {};
  const refuse = (option: string, problem: string): never => {
    throw new OptionError(connector, option, problem);
  };
  if (method === 'GET' && body !== undefined) refuse('body', 'the option "body" needs the method "POST": a GET has none');
  if (items !== undefined && format !== 'json')
    refuse('items', `the option "items" is for the format "json", and this is "${format}"`);
  if (pages !== undefined && 'cursor' in pages && format !== 'json') {
    refuse('pages', `pages by cursor need the format "json", in which a body can name the next one; this is "${format}"`);
  }
  if (maxLineBytes !== undefined && format !== 'ndjson' && format !== 'lines') {
    refuse('maxLineBytes', `the option "maxLineBytes" is for the formats "ndjson" and "lines", and this is "${format}"`);
  }
  if (bigIntegers !== undefined && format !== 'json' && format !== 'ndjson') {
    refuse('bigIntegers', `the option "bigIntegers" is for the formats "json" and "ndjson", and this is "${format}"`);
  }
  if (csv === undefined) return;
  if (format !== 'csv') refuse('csv', `the option "csv" is for the format "csv", and this is "${format}"`);
  checkReadOptions(connector, 'a body', csv, csvRules);
}
