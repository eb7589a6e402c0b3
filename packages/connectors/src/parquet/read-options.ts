import { bigIntegersReadRule } from '../json/big-integers.js';
import { type OptionRule, oneOf } from '../options.js';

/** A value of a Parquet file, as it is read. */
export type ParquetValue =
  | string
  | number
  | boolean
  | bigint
  | Date
  | Uint8Array
  | null
  | readonly ParquetValue[]
  | { readonly [field: string]: ParquetValue };

/** What becomes of values that JavaScript has no exact type for. */
export interface ParquetTypeOptions {
  /**
   * Whole numbers of 64 bits. Those up to ±(2⁵³ − 1) are always numbers. Beyond, with `fail`, the default, they are a `LossyValueError`;
   * with `bigint` and `string` they are just that, each by itself; with `number` they lose digits.
   */
  readonly bigIntegers?: 'fail' | 'bigint' | 'string' | 'number' | undefined;
  /** Decimals: `string`, the default, has all digits of the scale, `12.50`; `number` is the nearest double. */
  readonly decimals?: 'string' | 'number' | undefined;
  /**
   * Timestamps without a zone: `string`, the default, is `2026-11-25T08:30:00.5`, as stored; `utc` takes them for times in UTC, and
   * `instants` says the rest.
   */
  readonly localTimes?: 'string' | 'utc' | undefined;
  /**
   * Timestamps in UTC: `date`, the default, is a Date, and one with a fraction of a millisecond, or beyond what a Date holds, is a
   * `LossyValueError`; `truncate` is a Date without that fraction; `string` is `2026-11-25T08:30:00.123456Z`.
   */
  readonly instants?: 'date' | 'truncate' | 'string' | undefined;
  /** Bytes that the file does not declare to be text: `bytes`, the default, is a Uint8Array; `text` takes them for UTF-8. */
  readonly binary?: 'bytes' | 'text' | undefined;
}

/** Options of `parquet.read`. */
export interface ParquetReadOptions extends ParquetTypeOptions {
  /** The columns to read, in this order; the others are not even fetched. Default: all. */
  readonly columns?: readonly string[] | undefined;
  /** The row groups to read, by their indexes from 0, in this order. Default: all. */
  readonly rowGroups?: readonly number[] | undefined;
}

const isIndexList = (value: unknown) => Array.isArray(value) && value.every((index) => Number.isSafeInteger(index) && index >= 0);

const isNameList = (value: unknown) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((name) => typeof name === 'string') &&
  new Set(value).size === value.length;

export const typeRules: Readonly<Record<keyof ParquetTypeOptions, OptionRule>> = {
  bigIntegers: bigIntegersReadRule,
  decimals: {
    ...oneOf('string', 'number'),
    doc: 'Decimals: as text with all digits of the scale, or as the nearest number.',
    default: '"string"',
  },
  localTimes: {
    ...oneOf('string', 'utc'),
    doc: 'Timestamps without a zone: as text, or taken for times in UTC.',
    default: '"string"',
  },
  instants: {
    ...oneOf('date', 'truncate', 'string'),
    doc: 'Timestamps in UTC: a Date, where a fraction of a millisecond is an error; a Date without that fraction; or text.',
    default: '"date"',
  },
  binary: {
    ...oneOf('bytes', 'text'),
    doc: 'Bytes that the file does not declare to be text: as they are, or taken for UTF-8.',
    default: '"bytes"',
  },
};

export const columnsRule: OptionRule = {
  doc: 'The columns to read, in this order; the others are not fetched.',
  allowed: 'a list of at least one name, none of them twice',
  accepts: isNameList,
  schema: { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
  default: 'all columns',
};

export const readRules: Readonly<Record<keyof ParquetReadOptions, OptionRule>> = {
  columns: columnsRule,
  rowGroups: {
    doc: 'The row groups to read, by their indexes from 0, in this order.',
    allowed: 'a list of whole numbers from 0 on',
    accepts: isIndexList,
    schema: { type: 'array', items: { type: 'integer', minimum: 0 } },
    default: 'all row groups',
  },
  ...typeRules,
};
