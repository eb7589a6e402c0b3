import { types } from 'node:util';
import { ItemError } from '../errors.js';
import { didYouMean } from '../spelling.js';
import { type Encode, encoderOf, Unfit } from './encode.js';
import type { Column } from './relation.js';

/** Texts for the columns, in their order; null for NULL. */
export type EncodedRow = readonly (string | null)[];

/** Turns items into texts for the columns of a table. Nothing is lost in silence: a key that is no column is refused. */
export class RowEncoder {
  readonly columns: readonly string[];
  readonly #names: ReadonlySet<string>;
  readonly #encoders: readonly Encode[];

  constructor(columns: readonly Column[]) {
    this.columns = columns.map(({ name }) => name);
    this.#names = new Set(this.columns);
    this.#encoders = columns.map(({ type }) => encoderOf(type));
  }

  /**
   * Texts that cannot be stored are among them: see `refuseText`.
   *
   * @throws ItemError
   */
  encode(items: readonly unknown[]): EncodedRow[] {
    return items.map((item, index) => this.#row(item, index));
  }

  /** @throws ItemError for the first text that cannot be stored */
  refuseText(rows: readonly EncodedRow[]): void {
    for (const [index, row] of rows.entries()) {
      for (const [at, text] of row.entries()) {
        if (text === null || (text.isWellFormed() && !text.includes('\0'))) continue;
        const what = text.includes('\0')
          ? 'the character NUL, which PostgreSQL does not store'
          : 'half of a surrogate pair, which UTF-8 cannot carry';
        throw badItem(index, `has in the column "${this.columns[at]}" ${what}`);
      }
    }
  }

  #row(item: unknown, index: number): (string | null)[] {
    const keys = keysOf(item, index);
    const row = item as Readonly<Record<string, unknown>>;
    const isWhole = keys.length === this.columns.length && keys.every((key, at) => key === this.columns[at]);
    if (!isWhole) this.#refuseStrayKeys(keys, index);
    const texts: (string | null)[] = new Array(this.columns.length);
    for (let at = 0; at < texts.length; at++) {
      const name = this.columns[at]!;
      texts[at] = isWhole || Object.hasOwn(row, name) ? this.#text(row[name], at, index) : null;
    }
    return texts;
  }

  #text(value: unknown, at: number, index: number): string | null {
    try {
      return this.#encoders[at]!(value);
    } catch (error) {
      if (error instanceof Unfit) throw badItem(index, `has in the column "${this.columns[at]}" ${error.message}`);
      throw error;
    }
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
