import { DataError } from '../errors.js';
import { positionAt } from '../file/position.js';
import { BigIntegerFault, type BigIntegersRead, hasLongDigits, withBigIntegers } from '../json/big-integers.js';
import { syntaxFault } from '../json/syntax-fault.js';
import { kindOf, memberAt } from './member.js';

/** Where a body comes from as errors tell it, and what takes secrets out of what they quote. */
export interface Telling {
  readonly place: string;
  readonly redacted: (text: string) => string;
}

/** The JSON of a body.
 * @throws DataError */
export function parsedBody(bytes: Uint8Array, bigIntegers: BigIntegersRead, { place, redacted }: Telling): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DataError(place, 1, 1, 'the body is no JSON: it is not valid UTF-8');
  }
  try {
    const value = JSON.parse(text);
    return bigIntegers === 'number' || !hasLongDigits(text) ? value : withBigIntegers(text, value, bigIntegers);
  } catch (error) {
    const isBig = error instanceof BigIntegerFault;
    const { offset, why } = isBig ? { offset: error.offset, why: error.message } : syntaxFault(text, error);
    const { line, column } = positionAt(text, offset, 1);
    // What V8 says quotes the body, so it is not given as the cause.
    throw new DataError(place, line, column, isBig ? why : `the body is no JSON: ${redacted(why)}`);
  }
}

/** The list of items in a body. `null` is what some servers make of an empty list.
 * @throws DataError when there is none */
export function itemsIn(body: unknown, path: string | undefined, { place, redacted }: Telling): readonly unknown[] {
  const found = path === undefined ? body : memberAt(body, path);
  if (Array.isArray(found)) return found;
  if (found === null && path !== undefined) return [];
  const where = path === undefined ? 'the body must be a list' : `there must be a list at "${path}"`;
  const told = path !== undefined && found === undefined ? `nothing; the body is ${kindOf(body)}` : kindOf(found);
  const hint = path === undefined ? '; the option "items" says where in the body the list is' : '';
  throw new DataError(place, 1, 1, redacted(`${where}, and there is ${told}${hint}`));
}
