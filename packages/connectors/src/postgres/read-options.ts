import { OptionError } from '../errors.js';
import { bigIntegersReadRule } from '../json/big-integers.js';
import { aText, checkOptions, type OptionRule, oneOf, wholeNumber } from '../options.js';
import { maxPull } from '../pulls.js';
import { connectTimeoutRule, urlRule } from './address.js';
import type { ValuePolicy } from './decode.js';
import { tableParts } from './identifier.js';

/** What a query may be given in place of `$1`, and where a reading by key may start. */
export type PostgresParameter = string | number | bigint | boolean | Date | Uint8Array | null | readonly PostgresParameter[];

/** Options of `postgres.read`: a `query` or a `table` must be given, and not both. */
export interface PostgresReadOptions {
  /** A query to read, without `;`. It is run in one transaction that only reads, by a cursor of the server. */
  readonly query?: string | undefined;
  /** Values for `$1`, `$2` … of the query, sent apart from its text. Default: none. */
  readonly parameters?: readonly PostgresParameter[] | undefined;
  /** The table to read instead of a query: `orders`, `sales.orders`. Case counts; a name with a point stands in double quotes. */
  readonly table?: string | undefined;
  /** Columns of the table to read. Default: all. */
  readonly columns?: readonly string[] | undefined;
  /**
   * Column or columns of the table by which it is read in ranges, a short statement each, with no transaction that stays open. They must
   * be unique together and not null. Default: the table is read by a cursor.
   */
  readonly key?: string | readonly string[] | undefined;
  /** Values of `key` behind which a reading by key starts. Default: at the first row. */
  readonly after?: readonly PostgresParameter[] | undefined;
  /** Rows that the server is asked for at once. Default 1024. */
  readonly fetch?: number | undefined;
  /**
   * What a `bigint` becomes: a number, and an error where that would lose digits (`fail`); a bigint; a string; or a number that may be
   * rounded. Default `fail`.
   */
  readonly bigIntegers?: ValuePolicy['bigIntegers'] | undefined;
  /** What a `numeric` becomes: a string with all its digits, or a number that may be rounded. Default `string`. */
  readonly decimals?: ValuePolicy['decimals'] | undefined;
  /** What a `timestamp` without time zone becomes: a string, or a Date as if it were UTC. Default `string`. */
  readonly localTimes?: ValuePolicy['localTimes'] | undefined;
  /**
   * What a `timestamptz` becomes: a Date, and an error for one with microseconds (`date`); a Date without them (`truncate`); or a string.
   * Default `date`.
   */
  readonly instants?: ValuePolicy['instants'] | undefined;
  /** What `json` and `jsonb` become: the value, in which `bigIntegers` holds too, or their text. Default `value`. */
  readonly json?: ValuePolicy['json'] | undefined;
  /** Time that the server has to take a connection, in ms. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
}

export const aTable = {
  allowed:
    'the name of a table, with its schema and a point before it or without: orders, sales.orders, "odd.schema"."Odd table"',
  accepts: (value: unknown) => typeof value === 'string' && tableParts(value) !== undefined,
  schema: { type: 'string', minLength: 1 },
};

const isName = (value: unknown) => typeof value === 'string' && value !== '' && !value.includes('\0') && value.isWellFormed();
const isNameList = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(isName) && new Set(value).size === value.length;

export const columnNames = {
  allowed: 'a list of at least one name of a column, none of them twice',
  accepts: isNameList,
  schema: { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, uniqueItems: true },
};

export const keyColumns = {
  allowed: 'the name of a column, or a list of such names, none of them twice',
  accepts: (value: unknown) => isName(value) || isNameList(value),
  schema: { anyOf: [{ type: 'string', minLength: 1 }, columnNames.schema] },
};

function isParameter(value: unknown): boolean {
  if (value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return true;
  if (Array.isArray(value)) return value.every(isParameter);
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Date]';
}

const parameterList = {
  allowed: 'a list of texts, numbers, booleans, dates, bytes, nulls, and lists of these',
  accepts: (value: unknown) => Array.isArray(value) && value.every(isParameter),
  schema: { type: 'array', items: { type: ['string', 'number', 'boolean', 'null', 'array'] } },
};

export const readRules: Readonly<Record<keyof PostgresReadOptions, OptionRule>> = {
  query: { ...aText, doc: 'A query to read, by a cursor of the server in one transaction that only reads.' },
  parameters: { ...parameterList, doc: 'Values for $1, $2 … of the query.', default: 'none' },
  table: { ...aTable, doc: 'The table to read instead of a query. Case counts.' },
  columns: { ...columnNames, doc: 'Columns of the table to read.', default: 'all of the table' },
  key: {
    ...keyColumns,
    doc: 'Column or columns by which the table is read in ranges, a short statement each; unique together and not null.',
    default: 'the table is read by a cursor',
  },
  after: { ...parameterList, doc: 'Values of the key behind which a reading by key starts.', default: 'the first row' },
  fetch: { ...wholeNumber('rows', 1, 100_000), doc: 'Rows that the server is asked for at once.', default: `${maxPull}` },
  bigIntegers: bigIntegersReadRule,
  decimals: { ...oneOf('string', 'number'), doc: 'What a numeric becomes; a number may be rounded.', default: '"string"' },
  localTimes: {
    ...oneOf('string', 'utc'),
    doc: 'What a timestamp without time zone becomes; "utc": a Date as if it were UTC.',
    default: '"string"',
  },
  instants: {
    ...oneOf('date', 'truncate', 'string'),
    doc: 'What a timestamp with time zone becomes: a Date, where microseconds are an error; a Date without them; or text.',
    default: '"date"',
  },
  json: {
    ...oneOf('value', 'string'),
    doc: 'What json and jsonb become; in a value "bigIntegers" holds, too.',
    default: '"value"',
  },
  connectTimeoutMs: connectTimeoutRule,
};

/** @throws OptionError */
export function checkReadOptions(url: unknown, options: PostgresReadOptions): void {
  const connector = 'postgres.read';
  checkOptions(connector, { ...options, url }, { url: urlRule, ...readRules });
  const { query, table, key, after } = options;
  const refuse = (option: string, problem: string): never => {
    throw new OptionError(connector, option, problem);
  };
  if (query === undefined && table === undefined) refuse('query', 'what is to be read? Give the option "query" or "table"');
  if (query !== undefined && table !== undefined)
    refuse('table', 'the options "query" and "table" are two things to read: give one');
  const ofTable = (['columns', 'key', 'after'] as const).find((option) => options[option] !== undefined);
  if (query !== undefined && ofTable !== undefined) {
    refuse(ofTable, `the option "${ofTable}" is about a table, and there is a "query", which can say that itself`);
  }
  if (table !== undefined && options.parameters !== undefined) refuse('parameters', 'the option "parameters" is for a "query"');
  if (after === undefined) return;
  if (key === undefined) refuse('after', 'the option "after" needs the option "key", of whose values it tells');
  const columns = [key].flat().length;
  if (after.length !== columns) refuse('after', `the option "after" must have a value for each column of "key": ${columns}`);
}
