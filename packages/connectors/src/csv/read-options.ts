import { OptionError } from '../errors.js';
import {
  aBoolean,
  allowEmptyRule,
  bytesAtLeastOne,
  checkDeclaration,
  type OptionRule,
  type OptionRules,
  pathsRule,
} from '../options.js';
import { didYouMean } from '../spelling.js';
import { type Cell, type ColumnType, columnTypes } from './column-type.js';

/** How columns are read, by their names; those that are not named are strings. */
export type ColumnTypes = Readonly<Record<string, ColumnType>>;

/** Options of `csv.read`. */
export interface CsvReadOptions {
  /**
   * With a header: the columns to take, by name; one that the header lacks is an error, others are left out. Without a header: the
   * names of all columns in order. Default: all columns of the header.
   */
  readonly columns?: readonly string[] | undefined;
  /** Columns to read as another type than `string`, the default, under which `00501` stays `00501`. See {@link ColumnType}. */
  readonly types?: ColumnTypes | undefined;
  /** Whether the first record names the columns. Default true; with false `columns` must be given. */
  readonly header?: boolean | undefined;
  /** One character between fields, never guessed. Default `,`. */
  readonly delimiter?: string | undefined;
  /** One character around fields that hold delimiters, quotes or line breaks, doubled within. Default `"`; false: there are no quotes. */
  readonly quote?: string | false | undefined;
  /** Skip blank lines instead of refusing them. Default false. In a file of one column a blank line is an empty field unless skipped. */
  readonly skipBlankLines?: boolean | undefined;
  /** Longest record, in bytes of UTF-8. Default 16 MiB. It bounds what an unclosed quote can make the source hold. */
  readonly maxRecordBytes?: number | undefined;
  /** A glob without a match stands for no file instead of being an error. Default false. */
  readonly allowEmpty?: boolean | undefined;
}

/** Options of `tsv.read`, whose delimiter is the tab. */
export type TsvReadOptions = Omit<CsvReadOptions, 'delimiter'>;

/** The row that `columns` and `types` promise: all names with their types, or typed columns among any strings when no names are given. */
export type CsvRow<Column extends string, Types> = string extends Column
  ? [keyof Types] extends [never]
    ? Record<string, string>
    : { [Name in keyof Types]: Cell<Types[Name]> } & Record<string, string>
  : { [Name in Column]: Name extends keyof Types ? Cell<Types[Name]> : string };

export const defaultMaxRecordBytes = 16 * 1024 * 1024;

function isDelimiter(value: unknown): boolean {
  return typeof value === 'string' && value.length === 1 && !'\r\n"\uFEFF'.includes(value);
}

function isColumnList(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((name) => typeof name === 'string') &&
    new Set(value).size === value.length
  );
}

const isQuote = (value: unknown) =>
  value === false || (typeof value === 'string' && value.length === 1 && !'\r\n\uFEFF'.includes(value));

function isTypes(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((type) => columnTypes.includes(type));
}

export const columnList = {
  allowed: 'a list of at least one name, none of them twice',
  accepts: isColumnList,
  schema: { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
};

export const delimiter = {
  allowed: 'one character that is no quote and no line break',
  accepts: isDelimiter,
  schema: { type: 'string', minLength: 1, maxLength: 1 },
};

export const readRules: Readonly<Record<keyof CsvReadOptions, OptionRule>> = {
  columns: {
    ...columnList,
    doc: 'With a header: the columns to take, by name. Without one: the names of all columns in order.',
    default: 'all columns of the header',
  },
  types: {
    doc: 'Columns to read as another type than string; with "?" behind the type an empty field is null.',
    allowed: `an object that gives for names of columns one of ${columnTypes.join(', ')}`,
    accepts: isTypes,
    schema: { type: 'object', additionalProperties: { enum: columnTypes } },
    default: 'all columns are strings',
  },
  header: { ...aBoolean, doc: 'Whether the first record names the columns.', default: 'true' },
  delimiter: { ...delimiter, doc: 'One character between fields, never guessed.', default: '","' },
  quote: {
    doc: 'One character around fields that hold delimiters, quotes or line breaks; false: there are no quotes.',
    allowed: 'one character that is no line break, or false',
    accepts: isQuote,
    schema: { anyOf: [{ type: 'string', minLength: 1, maxLength: 1 }, { const: false }] },
    default: "'\"'",
  },
  skipBlankLines: { ...aBoolean, doc: 'Skip blank lines instead of refusing them.', default: 'false' },
  maxRecordBytes: { ...bytesAtLeastOne, doc: 'Longest record, in bytes of UTF-8.', default: '16 MiB' },
  allowEmpty: allowEmptyRule,
};

const { delimiter: _, ...withoutDelimiter } = readRules;
export const tsvReadRules: Readonly<Record<keyof TsvReadOptions, OptionRule>> = withoutDelimiter;

/**
 * @param usual the delimiter when the options have none
 * @throws OptionError
 */
export function checkReadOptions(
  connector: string,
  paths: unknown,
  options: CsvReadOptions | undefined,
  rules: OptionRules = readRules,
  usual = ',',
): void {
  checkDeclaration(connector, paths, options, rules, pathsRule);
  const { columns, types, header = true, delimiter = usual, quote = '"' } = options ?? {};
  if (!header && columns === undefined) {
    throw new OptionError(connector, 'columns', 'with "header: false" the option "columns" must name the columns of the file');
  }
  if (quote === delimiter) throw new OptionError(connector, 'quote', 'the options "quote" and "delimiter" must differ');
  const stray = columns && Object.keys(types ?? {}).find((name) => !columns.includes(name));
  if (columns !== undefined && stray !== undefined) {
    throw new OptionError(
      connector,
      'types',
      `the option "types" names "${stray}", which is not among "columns"${didYouMean(stray, columns)}`,
    );
  }
}
