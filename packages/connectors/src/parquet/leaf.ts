import type { SchemaElement } from 'hyparquet';
import { dateText, timestampText, timeText } from './calendar.js';
import { decimalText, unscaledOf } from './decimal.js';
import type { ParquetTypeOptions } from './read-options.js';

/** Stands in a column for a value that cannot be told exactly, until its row is known. */
export class Inexact {
  /** The option that it falls under; undefined for what is malformed. */
  readonly option: keyof ParquetTypeOptions | undefined;
  readonly problem: string;

  constructor(option: keyof ParquetTypeOptions | undefined, problem: string) {
    this.option = option;
    this.problem = problem;
  }
}

/** A value as it lies in the file, to what it is read as, or why it is not. */
export type Convert = (stored: never) => unknown;

type Unit = 'MILLIS' | 'MICROS' | 'NANOS';

const perSecond: Readonly<Record<Unit, number>> = { MILLIS: 1000, MICROS: 1_000_000, NANOS: 1_000_000_000 };

/** How the values of a column are read; undefined where they are what they are to be. */
export function converterOf(element: SchemaElement, options: ParquetTypeOptions): Convert | undefined {
  switch (element.type) {
    case 'INT32':
      return ofInt32(element, options);
    case 'INT64':
      return ofInt64(element, options);
    case 'INT96':
      // Old timestamps in ns, written by Impala and Spark, which mean UTC.
      return instant('NANOS', options);
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return ofBytes(element, options);
    default:
      return undefined;
  }
}

function ofInt32(element: SchemaElement, options: ParquetTypeOptions): Convert | undefined {
  const { converted_type: converted, logical_type: logical } = element;
  if (isDecimal(element)) return decimal(element, options, (stored: number) => BigInt(stored));
  if (converted === 'DATE' || logical?.type === 'DATE') return dateText;
  if (logical?.type === 'TIME' || converted === 'TIME_MILLIS') return (stored: number) => timeText(stored, 1000);
  const isUnsigned = converted === 'UINT_32' || (logical?.type === 'INTEGER' && logical.bitWidth === 32 && !logical.isSigned);
  return isUnsigned ? (stored: number) => stored >>> 0 : undefined;
}

function ofInt64(element: SchemaElement, options: ParquetTypeOptions): Convert {
  const { converted_type: converted, logical_type: logical } = element;
  if (isDecimal(element)) return decimal(element, options, (stored: bigint) => stored);
  if (logical?.type === 'TIMESTAMP') return timestamp(logical.unit, logical.isAdjustedToUTC, options);
  if (converted === 'TIMESTAMP_MILLIS') return timestamp('MILLIS', true, options);
  if (converted === 'TIMESTAMP_MICROS') return timestamp('MICROS', true, options);
  if (logical?.type === 'TIME' || converted === 'TIME_MICROS') {
    const unit = perSecond[logical?.type === 'TIME' ? logical.unit : 'MICROS'];
    return (stored: bigint) => timeText(Number(stored), unit);
  }
  const whole = wholeNumber(options.bigIntegers ?? 'fail');
  const isUnsigned = converted === 'UINT_64' || (logical?.type === 'INTEGER' && !logical.isSigned);
  return isUnsigned ? (stored: bigint) => whole(BigInt.asUintN(64, stored)) : whole;
}

function ofBytes(element: SchemaElement, options: ParquetTypeOptions): Convert | undefined {
  const { converted_type: converted, logical_type: logical } = element;
  if (isDecimal(element)) return decimal(element, options, unscaledOf);
  if (logical?.type === 'UUID') return uuid;
  if (logical?.type === 'FLOAT16') return half;
  if (converted === 'INTERVAL') return interval;
  const isText =
    (converted !== undefined && ['UTF8', 'ENUM', 'JSON'].includes(converted)) ||
    (logical !== undefined && ['STRING', 'ENUM', 'JSON'].includes(logical.type));
  if (isText) return text;
  // A copy: the bytes are a part of the whole column's.
  return options.binary === 'text' ? text : (stored: Uint8Array) => stored.slice();
}

function isDecimal({ converted_type, logical_type }: SchemaElement): boolean {
  return converted_type === 'DECIMAL' || logical_type?.type === 'DECIMAL';
}

function decimal<Stored>(element: SchemaElement, options: ParquetTypeOptions, unscaled: (stored: Stored) => bigint): Convert {
  const scale = element.scale ?? (element.logical_type?.type === 'DECIMAL' ? element.logical_type.scale : 0);
  const exact = (stored: Stored) => decimalText(unscaled(stored), scale);
  return options.decimals === 'number' ? (stored: Stored) => Number(exact(stored)) : exact;
}

function wholeNumber(policy: NonNullable<ParquetTypeOptions['bigIntegers']>): (stored: bigint) => unknown {
  return (stored) => {
    const value = Number(stored);
    if (Number.isSafeInteger(value) || policy === 'number') return value;
    if (policy === 'bigint') return stored;
    if (policy === 'string') return stored.toString();
    return new Inexact('bigIntegers', `${stored}, which a number cannot hold exactly`);
  };
}

function timestamp(unit: Unit, isUtc: boolean, options: ParquetTypeOptions): Convert {
  if (isUtc || options.localTimes === 'utc') return instant(unit, options);
  return (stored: bigint) => timestampText(stored, perSecond[unit]);
}

function instant(unit: Unit, { instants }: ParquetTypeOptions): Convert {
  const units = perSecond[unit];
  const exact = (stored: bigint) => `${timestampText(stored, units)}Z`;
  if (instants === 'string') return exact;
  const perMs = BigInt(units / 1000);
  return (stored: bigint) => {
    const fraction = ((stored % perMs) + perMs) % perMs;
    const date = new Date(Number((stored - fraction) / perMs));
    if (Number.isNaN(date.getTime())) return new Inexact('instants', `${exact(stored)}, which is beyond what a Date holds`);
    if (fraction === 0n || instants === 'truncate') return date;
    return new Inexact('instants', `${exact(stored)}, which is finer than the milliseconds of a Date`);
  };
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function text(stored: Uint8Array): string | Inexact {
  const decoded = Buffer.from(stored.buffer, stored.byteOffset, stored.length).toString('utf8');
  if (!decoded.includes('\uFFFD')) return decoded;
  try {
    return strict.decode(stored);
  } catch {
    return new Inexact(undefined, 'text that is no valid UTF-8');
  }
}

function uuid(stored: Uint8Array): string {
  const hex = Buffer.from(stored.buffer, stored.byteOffset, stored.length).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** ISO 8601, `P1M2DT3.004S`: months, days and milliseconds are three numbers that do not become each other. */
function interval(stored: Uint8Array): string {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.length);
  const [months, days, ms] = [0, 4, 8].map((at) => view.getUint32(at, true));
  return `P${months}M${days}DT${ms! / 1000}S`;
}

function half(stored: Uint8Array): number {
  const bits = stored[0]! | (stored[1]! << 8);
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0) return sign * 2 ** -14 * fraction;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * 2 ** (exponent - 15) * (1 + fraction);
}
