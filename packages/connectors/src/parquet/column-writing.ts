import { types } from 'node:util';
import type { SchemaElement } from 'hyparquet-writer';
import { lossOfValue } from '../json/loss.js';
import { daysOf, microsOf } from './calendar.js';
import { decimalParts, type ParquetColumnType, type PlainType } from './column-type.js';
import { unscaledOfText } from './decimal.js';

/** How the values of a column are written. */
export interface ColumnWriting {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  /** As the driver needs it. */
  readonly element: SchemaElement;
  /** As it stands in the footer, where that differs. */
  readonly footer?: SchemaElement;
  /** As the driver takes it; undefined when the value does not fit. */
  readonly encode: (value: unknown) => unknown;
  /** Why a value does not fit, where the value and the type do not tell. */
  readonly why?: (value: unknown) => string | undefined;
}

export function columnWriting(name: string, type: ParquetColumnType): ColumnWriting {
  const isNullable = type.endsWith('?');
  const base = { name, repetition_type: isNullable ? 'OPTIONAL' : 'REQUIRED' } as const;
  const decimal = decimalParts(type);
  const made = decimal === undefined ? plain(base, type.replace('?', '') as PlainType) : decimalColumn(base, ...decimal);
  return { name, type, isNullable, ...made };
}

type Base = Pick<SchemaElement, 'name' | 'repetition_type'> & { readonly name: string };
type Made = Pick<ColumnWriting, 'element' | 'footer' | 'encode' | 'why'>;

function plain(base: Base, type: PlainType): Made {
  switch (type) {
    case 'string':
      return {
        element: { ...base, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
        encode: (value) => (typeof value === 'string' && value.isWellFormed() ? value : undefined),
      };
    case 'boolean':
      return { element: { ...base, type: 'BOOLEAN' }, encode: (value) => (typeof value === 'boolean' ? value : undefined) };
    case 'int32':
      return { element: { ...base, type: 'INT32' }, encode: int32 };
    case 'int64':
      return { element: { ...base, type: 'INT64' }, encode: int64 };
    case 'double':
      return { element: { ...base, type: 'DOUBLE' }, encode: (value) => (typeof value === 'number' ? value : undefined) };
    case 'bytes':
      return { element: { ...base, type: 'BYTE_ARRAY' }, encode: (value) => (types.isUint8Array(value) ? value : undefined) };
    case 'date':
      return { element: { ...base, type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } }, encode: days };
    case 'timestamp':
      return { element: { ...timestampElement(base, true), converted_type: 'TIMESTAMP_MICROS' }, encode: instant };
    case 'localTimestamp':
      return {
        element: timestampElement(base, false),
        encode: (value) => (typeof value === 'string' ? inInt64(microsOf(value, 'local')) : undefined),
      };
    case 'uuid':
      return {
        element: { ...base, type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } },
        encode: uuid,
      };
    case 'json': {
      const element: SchemaElement = { ...base, type: 'BYTE_ARRAY', logical_type: { type: 'JSON' } };
      // Under the older annotation the driver would stringify the text once more.
      return { element, footer: { ...element, converted_type: 'JSON' }, encode: json, why: lossInJson };
    }
  }
}

function decimalColumn(base: Base, precision: number, scale: number): Made {
  const limit = 10n ** BigInt(precision);
  const stored: Pick<SchemaElement, 'type' | 'type_length'> =
    precision <= 9 ? { type: 'INT32' } : precision <= 18 ? { type: 'INT64' } : { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 };
  return {
    element: {
      ...base,
      ...stored,
      converted_type: 'DECIMAL',
      precision,
      scale,
      logical_type: { type: 'DECIMAL', precision, scale },
    },
    encode: (value) => {
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined;
      const unscaled = unscaledOfText(String(value), scale);
      return unscaled !== undefined && unscaled < limit && unscaled > -limit ? unscaled : undefined;
    },
  };
}

function timestampElement(base: Base, isAdjustedToUTC: boolean): SchemaElement {
  return { ...base, type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS' } };
}

function int32(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && (number | 0) === number ? number : undefined;
}

function int64(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'bigint' ? inInt64(value) : undefined;
}

function inInt64(value: bigint | undefined): bigint | undefined {
  return value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined;
}

function days(value: unknown): number | undefined {
  if (typeof value === 'string') return daysOf(value);
  if (!types.isDate(value)) return undefined;
  const whole = value.getTime() / 86_400_000;
  return Number.isInteger(whole) ? whole : undefined;
}

function instant(value: unknown): bigint | undefined {
  if (typeof value === 'string') return inInt64(microsOf(value, 'zoned'));
  if (!types.isDate(value) || Number.isNaN(value.getTime())) return undefined;
  return BigInt(value.getTime()) * 1000n;
}

function uuid(value: unknown): string | undefined {
  const isOne = typeof value === 'string' && /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(value);
  return isOne ? value.toLowerCase() : undefined;
}

function json(value: unknown): Uint8Array | undefined {
  const text = jsonText(value);
  return text === undefined || lossOfValue(value, text) !== undefined ? undefined : Buffer.from(text);
}

function lossInJson(value: unknown): string | undefined {
  const text = jsonText(value);
  return text === undefined ? undefined : lossOfValue(value, text);
}

function jsonText(value: unknown): string | undefined {
  try {
    const text: unknown = JSON.stringify(value);
    return typeof text === 'string' ? text : undefined;
  } catch {
    // A bigint or a cycle.
    return undefined;
  }
}
