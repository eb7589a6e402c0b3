import { types } from 'node:util';
import { ItemError } from '../errors.js';
import { didYouMean } from '../spelling.js';
import { type CopyLines, unstorable } from './copy-lines.js';
import { type Encode, encoderOf, takesDecimals, Unfit } from './encode.js';
import type { Column } from './relation.js';

/** Texts for the columns, in their order; null for NULL. */
export type EncodedRow = readonly (string | null)[];

/** Turns items into texts for the columns of a table. Nothing is lost in silence: a key that is no column is refused. */
export class RowEncoder {
  readonly columns: readonly string[];
  readonly #names: ReadonlySet<string>;
  readonly #encoders: readonly Encode[];
  readonly #takesDecimals: readonly boolean[];

  constructor(columns: readonly Column[]) {
    this.columns = columns.map(({ name }) => name);
    this.#names = new Set(this.columns);
    this.#encoders = columns.map(({ type }) => encoderOf(type));
    this.#takesDecimals = columns.map(({ type }) => takesDecimals(type));
  }

  /**
   * Texts that cannot be stored are among them: see `refuseText`.
   *
   * @throws ItemError
   */
  encode(items: readonly unknown[]): EncodedRow[] {
    return items.map((item, index) => this.#values(item, index).map((value, at) => this.#text(value, at, index)));
  }

  /**
   * Writes the items as lines for COPY. Some may have been written when it throws.
   *
   * @throws ItemError
   */
  writeLines(items: readonly unknown[], lines: CopyLines): void {
    for (let index = 0; index < items.length; index++) {
      const values = this.#values(items[index], index);
      for (let at = 0; at < values.length; at++) {
        if (at > 0) lines.nextField();
        const value = values[at];
        if (typeof value === 'number' && this.#writeNumber(value, at, lines)) continue;
        const text = this.#text(value, at, index);
        if (text === null) lines.nothing();
        else if (!lines.text(text)) throw this.#noText(text, at, index);
      }
      lines.endLine();
    }
  }

  /** Most numbers, without making a text of each. False when nothing was written. */
  #writeNumber(value: number, at: number, lines: CopyLines): boolean {
    if (Number.isInteger(value)) {
      if (!(value > 0 && value <= 0x7fffffff)) return false;
      lines.integer(value);
      return true;
    }
    return this.#takesDecimals[at]! && lines.decimal(value);
  }

  /** @throws ItemError for the first text that cannot be stored */
  refuseText(rows: readonly EncodedRow[]): void {
    for (const [index, row] of rows.entries()) {
      for (const [at, text] of row.entries()) {
        if (text !== null && unstorable(text) !== undefined) throw this.#noText(text, at, index);
      }
    }
  }

  /** Values for the columns, in their order; undefined where there is none. @throws ItemError */
  #values(item: unknown, index: number): readonly unknown[] {
    if (this.#isWhole(item)) return Object.values(item);
    const keys = keysOf(item, index);
    this.#refuseStrayKeys(keys, index);
    const row = item as Readonly<Record<string, unknown>>;
    return this.columns.map((name) => (Object.hasOwn(row, name) ? row[name] : undefined));
  }

  /** A plain object whose keys are the columns, in their order: what nearly all items are, told at the least cost. */
  #isWhole(item: unknown): item is object {
    if (typeof item !== 'object' || item === null) return false;
    const prototype: unknown = Object.getPrototypeOf(item);
    if (prototype !== Object.prototype && prototype !== null) return false;
    let at = 0;
    for (const key in item) {
      if (key !== this.columns[at]) return false;
      at++;
    }
    return at === this.columns.length;
  }

  #text(value: unknown, at: number, index: number): string | null {
    try {
      return this.#encoders[at]!(value);
    } catch (error) {
      if (error instanceof Unfit) throw badItem(index, `has in the column "${this.columns[at]}" ${error.message}`);
      throw error;
    }
  }

  #noText(text: string, at: number, index: number): ItemError {
    return badItem(index, `has in the column "${this.columns[at]}" ${unstorable(text)}`);
  }

  #refuseStrayKeys(keys: readonly string[], index: number): void {
    const stray = keys.find((key) => !this.#names.has(key));
    if (stray === undefined) return;
    const known = this.columns.map((name) => `"${name}"`).join(', ');
    throw badItem(
      index,
      `has the key "${stray}", which is no column that is written${didYouMean(stray, this.columns)}; those are ${known}`,
    );
  }
}

/** Keys of an item that is to be a row. @throws ItemError */
export function keysOf(item: unknown, index: number): string[] {
  if (typeof item !== 'object' || item === null) {
    throw badItem(
      index,
      `is no object but ${item === null ? 'null' : typeof item}; a row is an object whose keys are the columns`,
    );
  }
  if (Array.isArray(item)) throw badItem(index, 'is an array; a row is an object whose keys are the columns');
  if (types.isMap(item) || types.isSet(item) || types.isDate(item) || item instanceof Uint8Array) {
    throw badItem(index, `is a ${item.constructor.name}; a row is a plain object`);
  }
  return Object.keys(item);
}

export function badItem(index: number, problem: string): ItemError {
  return new ItemError(`postgres.write: item ${index} of the batch ${problem}`, index);
}
