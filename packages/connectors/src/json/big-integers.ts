import { randomUUID } from 'node:crypto';
import type { OptionRule } from '../options.js';
import { oneOf } from '../options.js';

/**
 * What becomes of a whole number in JSON beyond ±(2⁵³ − 1): `fail`, an error where digits would be lost; `number`, the nearest number; `bigint`
 * and `string`, all its digits, for such numbers alone.
 */
export type BigIntegersRead = 'fail' | 'number' | 'bigint' | 'string';

export const bigIntegersReadRule: OptionRule = {
  ...oneOf('fail', 'number', 'bigint', 'string'),
  doc: 'What becomes of whole numbers beyond ±(2^53 − 1): an error if digits would be lost, the nearest number, a bigint, or a string of their digits.',
  default: '"fail"',
};

const shortestBig = 16;

/**
 * Whether sixteen digits stand in a row somewhere: 2^53 has so many. Of any sixteen characters in a row exactly one has an index that
 * sixteen divides, so one character in sixteen is looked at.
 */
export function hasLongDigits(text: string): boolean {
  for (let at = shortestBig - 1; at < text.length; at += shortestBig) {
    if (isDigit(text.charCodeAt(at)) && hasLongDigitsAround(text, at)) return true;
  }
  return false;
}

function hasLongDigitsAround(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--;
  let end = at + 1;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end - start >= shortestBig;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** A whole number in a JSON text: from `start` on, before `end`. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** A whole number was met that a number cannot hold. `offset` is its place in the text. */
export class BigIntegerFault extends Error {
  readonly offset: number;

  constructor(digits: string, offset: number) {
    super(
      `the whole number ${digits.length > 40 ? `${digits.slice(0, 40)}…` : digits} would lose digits as a number, being beyond ±(2^53 − 1); the option "bigIntegers" makes it a "bigint" or a "string", or a rounded "number" of it`,
    );
    this.offset = offset;
  }
}

/**
 * What the text means under the policy, given what `JSON.parse` made of it. Fractions, exponents and `-0` are what they were; strings of
 * digits are no numbers.
 *
 * @throws BigIntegerFault under `fail`
 */
export function withBigIntegers(text: string, parsed: unknown, policy: BigIntegersRead): unknown {
  const places = policy === 'number' ? [] : bigIntegers(text);
  if (places.length === 0) return parsed;
  if (policy === 'fail') {
    const lossy = places.find(({ start, end }) => losesDigits(text.slice(start, end)));
    if (lossy !== undefined) throw new BigIntegerFault(text.slice(lossy.start, lossy.end), lossy.start);
    return parsed;
  }
  if (policy === 'string') return JSON.parse(quoted(text, places, ''));
  return JSON.parse(quoted(text, places, mark), (_, value) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}

/** What a JSON text means, given what `JSON.parse` made of it, with whole numbers as strings of their digits where a number would lose some. */
export function withAllDigits(text: string, parsed: unknown): unknown {
  const lossy = bigIntegers(text).filter(({ start, end }) => losesDigits(text.slice(start, end)));
  return lossy.length === 0 ? parsed : JSON.parse(quoted(text, lossy, ''));
}

/** No text of a file begins with it: it is drawn when the program starts. */
const mark = `${randomUUID()}:`;

/** The text with these numbers as strings. */
function quoted(text: string, places: readonly Place[], before: string): string {
  let result = '';
  let at = 0;
  for (const { start, end } of places) {
    result += `${text.slice(at, start)}"${before}${text.slice(start, end)}"`;
    at = end;
  }
  return result + text.slice(at);
}

/** The whole numbers of a valid JSON text that are no safe integers. */
function bigIntegers(text: string): Place[] {
  const places: Place[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = stringEnd(text, at);
    } else if (isDigit(code) || code === minus) {
      const start = at++;
      while (at < text.length && isOfNumber(text.charCodeAt(at))) at++;
      if (at - start >= shortestBig && isBigInteger(text.slice(start, at))) places.push({ start, end: at });
    } else {
      at++;
    }
  }
  return places;
}

const quote = 34;
const minus = 45;

/** Digits, and `+ - . E e`. */
function isOfNumber(code: number): boolean {
  return isDigit(code) || code === 43 || code === minus || code === 46 || code === 69 || code === 101;
}

function isBigInteger(token: string): boolean {
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token));
}

/** Of a whole number in decimal digits. A number such as 1e20 is written as its digits: what `JSON.stringify` made of a number can be read again. */
export function losesDigits(token: string): boolean {
  const value = Number(token);
  return String(value) !== token && !(Number.isFinite(value) && BigInt(value) === BigInt(token));
}

/** Offset behind the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}
