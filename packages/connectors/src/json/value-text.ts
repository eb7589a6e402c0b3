import { randomUUID } from 'node:crypto';
import { ItemError } from '../errors.js';
import { type OptionRule, oneOf } from '../options.js';
import { lossOf } from './loss.js';

/** What becomes of a bigint in JSON, which has none: `fail`, an ItemError; `number`, all its digits, which many readers round; `string`, the digits in quotes. */
export type BigIntegersWritten = 'fail' | 'number' | 'string';

export const bigIntegersWriteRule: OptionRule = {
  ...oneOf('fail', 'number', 'string'),
  doc: 'What becomes of a bigint: an error, a number with all its digits, or a string of them.',
  default: '"fail"',
};

/** How values become JSON. */
export interface ValueFormat {
  /** For errors: `ndjson.write`. */
  readonly connector: string;
  readonly bigIntegers: BigIntegersWritten;
}

/**
 * The JSON of an item.
 *
 * @throws ItemError when there is none
 */
export function valueText(item: unknown, index: number, { connector, bigIntegers }: ValueFormat): string {
  const blame = (problem: string, options?: ErrorOptions) =>
    new ItemError(`${connector}: item ${index} of the batch ${problem}`, index, options);
  let text: string | undefined;
  try {
    text = stringify(item, bigIntegers);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = /BigInt/.test(why) ? '; the option "bigIntegers" writes a bigint as "number" or "string"' : '';
    throw blame(`cannot be written as JSON: ${why}${hint}`, { cause: error });
  }
  if (text === undefined) throw blame(`is ${typeof item}, for which there is no JSON`);
  const loss = lossOf(item, text);
  if (loss !== undefined) throw blame(loss);
  return text;
}

/** Items without a bigint, most of them, cost nothing for the option. */
function stringify(item: unknown, bigIntegers: BigIntegersWritten): string | undefined {
  try {
    return JSON.stringify(item);
  } catch (error) {
    if (bigIntegers === 'fail' || !(error instanceof TypeError) || !/BigInt/.test(error.message)) throw error;
  }
  if (bigIntegers === 'string') return JSON.stringify(item, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  // Node 20 has no JSON.rawJSON: the digits go as a marked string, whose quotes are then taken away.
  const marked = JSON.stringify(item, (_, value) => (typeof value === 'bigint' ? `${mark}${value}` : value));
  return marked.replaceAll(markedDigits, '$1');
}

/** No text of an item begins with it: it is drawn when the program starts. */
const mark = `${randomUUID()}:`;
const markedDigits = new RegExp(`"${mark}(-?\\d+)"`, 'g');
