import { DataError } from '../errors.js';
import { positionAt } from '../file/position.js';
import { kindOf, memberAt } from './member.js';

/** Where a body comes from as errors tell it, and what takes secrets out of what they quote. */
export interface Telling {
  readonly place: string;
  readonly redacted: (text: string) => string;
}

/** The JSON of a body.
 * @throws DataError */
export function parsedBody(bytes: Uint8Array, { place, redacted }: Telling): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DataError(place, 1, 1, 'the body is no JSON: it is not valid UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // The error of V8 quotes the body, so it is not given as the cause.
    const why = error instanceof Error ? error.message : String(error);
    const { line, column } = positionAt(text, faultIn(text, why), 1);
    throw new DataError(place, line, column, `the body is no JSON: ${redacted(why)}`);
  }
}

/** V8 tells the position for some faults only; where it met the end of the text that is the place, else the start of the value. */
function faultIn(text: string, why: string): number {
  const position = / at position (\d+)/.exec(why)?.[1];
  if (position !== undefined) return Number(position);
  if (why.startsWith('Unexpected end') || why.startsWith('Unterminated string')) return text.trimEnd().length;
  return Math.max(0, text.search(/\S/));
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
