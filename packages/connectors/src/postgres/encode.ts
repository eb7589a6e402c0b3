import { types } from 'node:util';
import { lossOfValue } from '../json/loss.js';
import { arrayText } from './array-text.js';
import { instantText } from './time-text.js';
import type { TypeShape } from './type-shape.js';

/** Text of a value as the server reads it; null for NULL. @throws Unfit */
export type Encode = (value: unknown) => string | null;

/** A value that a column does not take. Made into an error by those who know its item. */
export class Unfit extends Error {}

/** How values are written into a column of this type. */
export function encoderOf(type: TypeShape): Encode {
  const { element } = type;
  if (element !== undefined) return encoderOfArrays(type, element);
  switch (type.oid) {
    case 114: // json
    case 3802: // jsonb
      return jsonText;
    case 17: // bytea
      return (value) => (value instanceof Uint8Array ? hex(value) : bytesText(value, type.name));
    case 20: // bigint
    case 21: // smallint
    case 23: // integer
    case 26: // oid
      return (value) =>
        typeof value === 'number' && !Number.isInteger(value) ? noInteger(value, type.name) : scalarText(value, type.name);
    case 700: // real
    case 701: // double precision
      return (value) => (Object.is(value, -0) ? '-0' : scalarText(value, type.name));
    case 1082: // date
      return (value) => (isDate(value) ? dayOf(instant(value)) : scalarText(value, type.name));
    default:
      return (value) => scalarText(value, type.name);
  }
}

/** Numbers with decimals are written into its columns as JavaScript writes them. */
export function takesDecimals({ oid, element }: TypeShape): boolean {
  return element === undefined && (oid === 700 || oid === 701 || oid === 1700);
}

/** The text of a value whose type the server infers. */
export function parameterText(value: unknown): string | null {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return arrayText(value, ',', parameterText);
  return scalarText(value, 'the parameter');
}

function encoderOfArrays(type: TypeShape, element: TypeShape): Encode {
  const encode = encoderOf(element);
  return (value) => {
    if (Array.isArray(value)) return arrayText(value, element.delimiter, encode);
    if (typeof value === 'object' && value !== null)
      throw new Unfit(`${nameOf(value)}; a column of type ${type.name} takes an array`);
    return scalarText(value, type.name);
  };
}

function scalarText(value: unknown, type: string): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'undefined':
      return null;
    default:
      if (value === null) return null;
      if (isDate(value)) return instant(value);
      throw new Unfit(`${nameOf(value)}; a column of type ${type} takes ${allowedFor(value)}`);
  }
}

function bytesText(value: unknown, type: string): string | null {
  if (typeof value === 'object' && value !== null && !isDate(value))
    throw new Unfit(`${nameOf(value)}; a column of type ${type} takes a Uint8Array, such as a Buffer, or the text of the server`);
  return scalarText(value, type);
}

/** What `JSON.stringify` makes of a value, strings included: what was read from JSON is written as the same JSON. What it loses is refused. */
function jsonText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new Unfit(`no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text === undefined) throw new Unfit(`${nameOf(value)}, for which there is no JSON`);
  const loss = lossOfValue(value, text);
  if (loss !== undefined) throw new Unfit(loss);
  return text;
}

function noInteger(value: number, type: string): never {
  throw new Unfit(`${value}, which is no integer; the column is of type ${type}`);
}

function isDate(value: unknown): value is Date {
  return value instanceof Date || types.isDate(value);
}

function instant(date: Date): string {
  const text = instantText(date);
  if (text === undefined) throw new Unfit('an invalid Date');
  return text;
}

function dayOf(text: string): string {
  const day = text.slice(0, text.indexOf('T'));
  return text.endsWith(' BC') ? `${day} BC` : day;
}

function hex(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  return `an object of class ${value.constructor?.name ?? 'Object'}`;
}

function allowedFor(value: unknown): string {
  return typeof value === 'object'
    ? 'texts, numbers, booleans, bigints and dates: turn the object into a text, or make the column jsonb'
    : 'texts, numbers, booleans, bigints and dates';
}
