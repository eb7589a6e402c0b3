import { types } from 'node:util';

/**
 * The type of a column that is written, and what fits:
 * - `string`: text without half surrogate pairs; `boolean`; `uuid`: its 36 characters;
 * - `int32`, `int64`: whole numbers within the range, as a number up to ±(2⁵³ − 1) or a bigint; `double`: numbers, `NaN` too;
 * - `decimal(precision,scale)`: a number, bigint or text such as `12.50` with no more digits than that; precision 1 to 38;
 * - `bytes`: a Uint8Array;
 * - `date`: `2026-11-25`, or a Date at midnight UTC;
 * - `timestamp`: a Date, or text with `Z` or an offset, to the microsecond; `localTimestamp`: text without one;
 * - `json`: what `JSON.stringify` takes, stored as text.
 *
 * With a `?` behind it null, undefined and a missing key are null; without, they do not fit.
 */
export type ParquetColumnType =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'double'
  | 'bytes'
  | 'date'
  | 'timestamp'
  | 'localTimestamp'
  | 'uuid'
  | 'json'
  | `decimal(${number},${number})`
  | 'string?'
  | 'boolean?'
  | 'int32?'
  | 'int64?'
  | 'double?'
  | 'bytes?'
  | 'date?'
  | 'timestamp?'
  | 'localTimestamp?'
  | 'uuid?'
  | 'json?'
  | `decimal(${number},${number})?`;

/** The types of columns by their names, in the order of the file. */
export type ParquetSchema = Readonly<Record<string, ParquetColumnType>>;

const plainTypes = [
  'string',
  'boolean',
  'int32',
  'int64',
  'double',
  'bytes',
  'date',
  'timestamp',
  'localTimestamp',
  'uuid',
  'json',
] as const;

export const typePattern = `^(?:${plainTypes.join('|')}|decimal\\((?:[1-9]|[12]\\d|3[0-8]),(?:\\d|[12]\\d|3[0-8])\\))\\??$`;

export const typeWords = `${plainTypes.join(', ')} or decimal(precision,scale), each also with "?"`;

export function isColumnType(type: unknown): type is ParquetColumnType {
  if (typeof type !== 'string' || !new RegExp(typePattern).test(type)) return false;
  const [precision, scale] = decimalParts(type) ?? [1, 0];
  return scale <= precision;
}

/** The type that the values of a first batch have in common; undefined when there is none. */
export function inferredType(value: unknown): ParquetColumnType | undefined {
  switch (typeof value) {
    case 'string':
      return 'string?';
    case 'boolean':
      return 'boolean?';
    case 'number':
      // Whole ones may be followed by others.
      return 'double?';
    case 'bigint':
      return 'int64?';
    case 'object':
      if (types.isDate(value)) return 'timestamp?';
      return types.isUint8Array(value) ? 'bytes?' : 'json?';
    default:
      return undefined;
  }
}

export type PlainType = (typeof plainTypes)[number];

/** Of a decimal type. */
export function decimalParts(type: string): [precision: number, scale: number] | undefined {
  const match = /^decimal\((\d+),(\d+)\)/.exec(type);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}
