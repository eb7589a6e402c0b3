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
    return items.map((item, index) => this.#values(item, index).map((value, at) => this.#text(value, at, index)));
  }

  /**
   * The items as lines for COPY: fields between tabs, `\N` for NULL. Texts that cannot be stored are among them, as with `encode`.
   *
   * @throws ItemError
   */
  lines(items: readonly unknown[]): string {
    let lines = '';
    for (let index = 0; index < items.length; index++) {
      const values = this.#values(items[index], index);
      for (let at = 0; at < values.length; at++) {
        if (at > 0) lines += '\t';
        const value = values[at];
        const text = this.#text(value, at, index);
        if (text === null) lines += '\\N';
        // What a number is written with means nothing to COPY.
        else lines += typeof value === 'number' ? text : escaped(text);
      }
      lines += '\n';
    }
    return lines;
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

/** All that means something to COPY. */
const special = /[\\\t\n\r]/;
const specials = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  return special.test(text) ? text.replaceAll(specials, (character) => escapes[character]!) : text;
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
