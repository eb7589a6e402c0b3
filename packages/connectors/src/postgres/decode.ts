import { BigIntegerFault, type BigIntegersRead, hasLongDigits, withBigIntegers } from '../json/big-integers.js';
import { parseArray } from './array-text.js';
import { parseInstant } from './time-text.js';
import type { TypeShape } from './type-shape.js';

/** What becomes of values that JavaScript has no exact type for. */
export interface ValuePolicy {
  readonly bigIntegers: BigIntegersRead;
  readonly decimals: 'string' | 'number';
  readonly localTimes: 'string' | 'utc';
  readonly instants: 'date' | 'truncate' | 'string';
  readonly json: 'value' | 'string';
}

/** @throws Misfit */
export type Decode = (text: string) => unknown;

/** A value that does not fit. Made into an error by those who know its column and row. */
export class Misfit extends Error {
  readonly option: string;

  constructor(option: string, problem: string) {
    super(problem);
    this.option = option;
  }
}

/** How texts of this type become values. Undefined: they stay texts. */
export function decoderOf(type: TypeShape, policy: ValuePolicy): Decode | undefined {
  const { element } = type;
  if (element !== undefined) {
    const decode = decoderOf(element, policy) ?? asIs;
    return (text) => parseArray(text, element.delimiter, decode);
  }
  switch (type.oid) {
    case 16: // boolean
      return (text) => text === 't';
    case 17: // bytea
      return (text) => Buffer.from(text.slice(2), 'hex');
    case 20: // bigint
      return bigIntegers[policy.bigIntegers];
    case 21: // smallint
    case 23: // integer
    case 26: // oid
    case 700: // real
    case 701: // double precision
      return Number;
    case 1700: // numeric
      return policy.decimals === 'number' ? Number : undefined;
    case 114: // json
    case 3802: // jsonb
      return policy.json === 'value' ? jsonBy(policy.bigIntegers) : undefined;
    case 1114: // timestamp
      return policy.localTimes === 'utc' ? instantBy('localTimes', policy.instants) : undefined;
    case 1184: // timestamptz
      return policy.instants === 'string' ? undefined : instantBy('instants', policy.instants);
    default:
      return undefined;
  }
}

const asIs: Decode = (text) => text;

const bigIntegers: Readonly<Record<ValuePolicy['bigIntegers'], Decode | undefined>> = {
  fail: (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value)) return value;
    const advice = 'set "bigIntegers" to "bigint" or "string", which keep all digits, or to "number", which rounds';
    throw new Misfit('bigIntegers', `holds ${text}, which a number does not hold exactly: ${advice}`);
  },
  bigint: BigInt,
  string: undefined,
  number: Number,
};

/** `option` is what makes a text of it. */
function instantBy(option: 'localTimes' | 'instants', policy: ValuePolicy['instants']): Decode {
  return (text) => {
    const instant = parseInstant(text);
    if (instant === undefined) throw new Misfit(option, `holds ${text}, which a Date does not hold: set "${option}" to "string"`);
    if (instant.isExact || policy === 'truncate') return instant.date;
    const advice = `set "${option}" to "string", which keeps them, or "instants" to "truncate", which drops them`;
    throw new Misfit('instants', `holds ${text}, whose microseconds a Date does not hold: ${advice}`);
  };
}

function jsonBy(policy: ValuePolicy['bigIntegers']): Decode {
  return (text) => {
    const value: unknown = JSON.parse(text);
    if (policy === 'number' || !hasLongDigits(text)) return value;
    try {
      return withBigIntegers(text, value, policy);
    } catch (error) {
      throw error instanceof BigIntegerFault ? new Misfit('bigIntegers', `holds JSON in which ${error.message}`) : error;
    }
  };
}
