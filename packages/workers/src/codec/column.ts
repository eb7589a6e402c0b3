import { type Strings, unpackStrings, writeStrings } from './strings.js';

/** Values of one type, null and undefined among them, as few large pieces that a port copies at the speed of memory. */
export type Column = Dense & {
  /** For each value 0, or what stands in its place: 1 null, 2 undefined. Undefined when there are none. */
  readonly absent: Uint8Array | undefined;
};

type Dense =
  | { readonly kind: 'integers'; readonly values: Int32Array }
  | { readonly kind: 'numbers'; readonly values: Float64Array }
  | { readonly kind: 'flags'; readonly values: Uint8Array }
  /** The values one after another, in pieces of about `PIECE` UTF-16 units. */
  | { readonly kind: 'texts'; readonly pieces: readonly string[]; readonly lengths: Uint16Array }
  /** The values in a buffer that is handed over; in the place of null and undefined an empty one. */
  | { readonly kind: 'strings'; readonly strings: Strings };

/** A column of long texts that is not written yet: others of the batch may be of a kind that columns do not carry. */
export interface LongTexts {
  readonly kind: 'long';
  readonly texts: readonly string[];
  /** UTF-16 units of all. */
  readonly units: number;
  readonly absent: Uint8Array | undefined;
}

/**
 * What comes out of a piece shares its memory while it lives, as any substring does in V8: one that is kept keeps so much. Larger pieces
 * gain nothing.
 */
const PIECE = 32_768;
/** With a longer one among them the values go one by one in a buffer, so that none keeps the memory of others. */
const MAX_TEXT = 256;
/** Buffers for columns must be worth it: UTF-16 units of all texts of one, and of each text, on average. */
const MIN_LONG = { units: 8192, mean: 64 };

const NULL = 1;
const UNDEFINED = 2;

/** Undefined when the values are of several types, or of one that columns do not carry. */
export function columnOf(values: readonly unknown[]): Column | LongTexts | undefined {
  const first = values.find((value) => value !== null && value !== undefined);
  if (typeof first === 'number') return (first | 0) === first ? integersOf(values) : numbersOf(values);
  if (typeof first === 'string') return textsOf(values);
  return typeof first === 'boolean' ? flagsOf(values) : undefined;
}

/** Whether those of the columns that have long texts gain by having a buffer each. */
export function areWorthBuffers(columns: readonly (Column | LongTexts)[]): boolean {
  const long = columns.filter((column) => column.kind === 'long');
  const units = long.reduce((sum, column) => sum + column.units, 0);
  const values = long.reduce((sum, { texts }) => sum + texts.length, 0);
  return units >= Math.max(MIN_LONG.units * long.length, MIN_LONG.mean * values);
}

/** The column as it lies in a frame. */
export function inFrame(column: Column | LongTexts): Column {
  return column.kind === 'long' ? { kind: 'strings', strings: writeStrings(column.texts), absent: column.absent } : column;
}

/** In the order of the column. Typed arrays as they are: a loop over one kind of array is what V8 compiles best. */
export function valuesOf(column: Column): ArrayLike<unknown> {
  const values = denseOf(column);
  const { absent } = column;
  if (absent === undefined) return values;
  return Array.from(values, (value, i) => (absent[i] === 0 ? value : absent[i] === NULL ? null : undefined));
}

function denseOf(column: Column): ArrayLike<unknown> {
  switch (column.kind) {
    case 'texts':
      return cut(column.pieces, column.lengths);
    case 'strings':
      return unpackStrings(column.strings);
    case 'flags':
      return Array.from(column.values, (value) => value === 1);
    default:
      return column.values;
  }
}

/** The places of null and undefined among the values; made when the first one is met. */
class Absent {
  marks: Uint8Array | undefined;
  readonly #length: number;

  constructor(length: number) {
    this.#length = length;
  }

  /** Whether the value is one of the two. */
  mark(value: unknown, i: number): boolean {
    if (value !== null && value !== undefined) return false;
    this.marks ??= new Uint8Array(this.#length);
    this.marks[i] = value === null ? NULL : UNDEFINED;
    return true;
  }
}

/** Those that V8 keeps without a heap object; so they are again on the other side. */
function integersOf(values: readonly unknown[]): Column | undefined {
  const column = new Int32Array(values.length);
  const absent = new Absent(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === 'number') {
      // -0 is an integer to `|`, and no other number is equal to it.
      if ((value | 0) !== value || (value === 0 && 1 / value < 0)) return numbersOf(values);
      column[i] = value;
    } else if (!absent.mark(value, i)) return undefined;
  }
  return { kind: 'integers', values: column, absent: absent.marks };
}

function numbersOf(values: readonly unknown[]): Column | undefined {
  const column = new Float64Array(values.length);
  const absent = new Absent(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === 'number') column[i] = value;
    else if (!absent.mark(value, i)) return undefined;
  }
  return { kind: 'numbers', values: column, absent: absent.marks };
}

function flagsOf(values: readonly unknown[]): Column | undefined {
  const column = new Uint8Array(values.length);
  const absent = new Absent(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === 'boolean') column[i] = value ? 1 : 0;
    else if (!absent.mark(value, i)) return undefined;
  }
  return { kind: 'flags', values: column, absent: absent.marks };
}

function textsOf(values: readonly unknown[]): Column | LongTexts | undefined {
  const lengths = new Uint16Array(values.length);
  const absent = new Absent(values.length);
  const pieces: string[] = [];
  let piece = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === 'string') {
      if (value.length > MAX_TEXT) return longTextsOf(values);
      lengths[i] = value.length;
      piece += value;
      if (piece.length >= PIECE) {
        pieces.push(piece);
        piece = '';
      }
    } else if (!absent.mark(value, i)) return undefined;
  }
  pieces.push(piece);
  return { kind: 'texts', pieces, lengths, absent: absent.marks };
}

function longTextsOf(values: readonly unknown[]): LongTexts | undefined {
  const texts = new Array<string>(values.length);
  const absent = new Absent(values.length);
  let units = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === 'string') texts[i] = value;
    else if (absent.mark(value, i)) texts[i] = '';
    else return undefined;
    units += texts[i]!.length;
  }
  return { kind: 'long', texts, units, absent: absent.marks };
}

/** The same walk as in `textsOf`: a piece has ended when it is at least so long. */
function cut(pieces: readonly string[], lengths: Uint16Array): string[] {
  const values = new Array<string>(lengths.length);
  let next = 0;
  let piece = pieces[next++]!;
  let from = 0;
  for (let i = 0; i < lengths.length; i++) {
    const to = from + lengths[i]!;
    values[i] = piece.substring(from, to);
    from = to;
    if (from >= PIECE) {
      piece = pieces[next++]!;
      from = 0;
    }
  }
  return values;
}
