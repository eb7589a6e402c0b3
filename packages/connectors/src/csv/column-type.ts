/** What a column's text can be read as, and the type that it becomes. */
interface CellTypes {
  string: string;
  number: number;
  boolean: boolean;
  bigint: bigint;
  date: Date;
}

type BaseType = keyof CellTypes;

/**
 * How the text of a column is read:
 * - `string`: as it stands;
 * - `number`: decimal, `-12.5e3`; a whole number beyond ±(2⁵³ − 1), which would lose digits, does not fit;
 * - `boolean`: `true` or `false`, in any case of letters;
 * - `bigint`: a whole decimal number;
 * - `date`: `2026-11-19` (midnight UTC) or `2026-11-19T08:30:00.000Z` with `Z` or an offset; without one it would depend on the machine.
 *
 * With a `?` behind it an empty field is `null`; without, an empty field fits only `string`.
 */
export type ColumnType =
  | 'string'
  | 'number'
  | 'boolean'
  | 'bigint'
  | 'date'
  | 'string?'
  | 'number?'
  | 'boolean?'
  | 'bigint?'
  | 'date?';

/** What a cell is when its column is read by a `ColumnType`: `Cell<'date?'>` is `Date | null`. */
export type Cell<Type> = Type extends 'number'
  ? number
  : Type extends 'boolean'
    ? boolean
    : Type extends 'bigint'
      ? bigint
      : Type extends 'date'
        ? Date
        : Type extends `${infer Base}?`
          ? Cell<Base> | null
          : string;

export type CellValue = CellTypes[BaseType] | null;

/** Reads a text; undefined when it does not fit. */
export type ReadCell = (text: string) => CellValue | undefined;

const wholeNumber = /^[+-]?\d+$/;

const readers: Readonly<Record<BaseType, ReadCell>> = {
  string: (text) => text,
  number: readNumber,
  boolean: readBoolean,
  bigint: (text) => (wholeNumber.test(text) ? BigInt(text.startsWith('+') ? text.slice(1) : text) : undefined),
  date: readDate,
};

export const columnTypes: readonly string[] = Object.keys(readers).flatMap((base) => [base, `${base}?`]);

/** How a type reads its cells; undefined where the text stays as it is. */
export function cellReader(type: ColumnType): ReadCell | undefined {
  if (type === 'string') return undefined;
  const read = readers[type.replace('?', '') as BaseType];
  return type.endsWith('?') ? (text) => (text === '' ? null : read(text)) : read;
}

/** What to do about a text that does not fit its type, where that is not plain. */
export function mendingOf(type: ColumnType, text: string): string | undefined {
  if (text === '') return `the type "${type}?" reads an empty field as null`;
  const base = type.replace('?', '');
  if (base === 'number' && wholeNumber.test(text)) return 'a number would lose digits of it, and the type "bigint" loses none';
  if (base === 'date') return 'a date is 2026-11-19, or 2026-11-19T08:30:00Z with its zone';
  return undefined;
}

function readNumber(text: string): number | undefined {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER || !wholeNumber.test(text) ? value : undefined;
}

function readBoolean(text: string): boolean | undefined {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const word = text.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

function readDate(text: string): Date | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.exec(text);
  if (match === null) return undefined;
  // V8 rolls the 30th of February over to March.
  const [, year, month, day] = match;
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
