import { types } from 'node:util';
import { ItemError } from '../errors.js';
import type { BatchEncoder } from '../file/file-sink.js';
import { waitFirst } from '../json/loss.js';

/** How records are written. */
export interface RecordFormat {
  /** For errors: `csv.write`. */
  readonly connector: string;
  readonly header: boolean;
  readonly delimiter: string;
  readonly newline: string;
}

/** Encodes objects as records. Without columns, the keys of the first item are the columns. */
export function recordEncoder(format: RecordFormat, columns: readonly string[] | undefined): BatchEncoder<object> {
  const records = columns && new Records(format, columns);
  return {
    ending: records?.header ?? '',
    encode: (items) => {
      if (items.length === 0) return { text: '', next: recordEncoder(format, columns) };
      const all = records ?? new Records(format, keysOf(items[0], format.connector));
      return { text: all.header + all.textOf(items), next: all.encoder };
    },
  };
}

function keysOf(item: unknown, connector: string): string[] {
  const problem = shapeProblem(item);
  const keys = problem === undefined ? Object.keys(item as object) : [];
  if (keys.length > 0) return keys;
  throw badItem(connector, 0, problem ?? 'has no keys, so it cannot name the columns; give the option "columns"');
}

/** The records of one file: its columns are known. */
class Records {
  /** For the batches after the header. */
  readonly encoder: BatchEncoder<object>;
  readonly header: string;
  readonly #connector: string;
  readonly #columns: readonly string[];
  readonly #names: ReadonlySet<string>;
  readonly #delimiter: string;
  readonly #newline: string;
  readonly #special: RegExp;

  constructor({ connector, header, delimiter, newline }: RecordFormat, columns: readonly string[]) {
    this.#connector = connector;
    this.#columns = columns;
    this.#names = new Set(columns);
    this.#delimiter = delimiter;
    this.#newline = newline;
    // A byte order mark is quoted too: readers drop a bare one at the start of the file.
    this.#special = new RegExp(`["\\r\\n\\uFEFF${delimiter.replace(/[\\\]^-]/, '\\$&')}]`);
    const names = columns.map((name) => (name.isWellFormed() ? this.#quoted(name) : badName(connector, name)));
    this.header = header ? this.#line(names) : '';
    this.encoder = {
      ending: '',
      encode: (items) => ({ text: this.textOf(items), next: this.encoder }),
    };
  }

  textOf(items: readonly object[]): string {
    let text = '';
    for (let index = 0; index < items.length; index++) text += this.#record(items[index], index);
    // One look at the whole text; the guilty item is sought only when there is one.
    return text.isWellFormed() ? text : this.#blameHalfPair(items);
  }

  #record(item: unknown, index: number): string {
    const problem = shapeProblem(item);
    if (problem !== undefined) throw badItem(this.#connector, index, problem);
    const row = item as Readonly<Record<string, unknown>>;
    this.#refuseStrayKeys(row, index);
    return this.#line(this.#columns.map((name) => this.#field(Object.hasOwn(row, name) ? row[name] : undefined, name, index)));
  }

  #refuseStrayKeys(row: Readonly<Record<string, unknown>>, index: number): void {
    for (const key of Object.keys(row)) {
      if (!this.#names.has(key)) {
        const known = this.#columns.map((name) => `"${name}"`).join(', ');
        throw badItem(this.#connector, index, `has the key "${key}", which is no column; the columns are ${known}`);
      }
    }
  }

  #field(value: unknown, column: string, index: number): string {
    if (typeof value === 'string') return this.#quoted(value);
    if (value === null || value === undefined) return '';
    // A number may hold the delimiter, when that is a point, a minus or a digit.
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return this.#quoted(String(value));
    if (types.isDate(value) && !Number.isNaN(value.getTime())) return this.#quoted(value.toISOString());
    const kind = types.isDate(value) ? 'an invalid Date' : Array.isArray(value) ? 'an array' : `of type ${typeof value}`;
    throw badItem(
      this.#connector,
      index,
      `has in the column "${column}" a value that is ${kind}; a field takes text, numbers, booleans and dates`,
    );
  }

  #quoted(text: string): string {
    return this.#special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  /** A record of one empty field would be a blank line, and read as none: it gets quotes. */
  #line(fields: readonly string[]): string {
    const text = fields.join(this.#delimiter);
    return (text === '' ? '""' : text) + this.#newline;
  }

  #blameHalfPair(items: readonly object[]): never {
    const index = items.findIndex((item, at) => !this.#record(item, at).isWellFormed());
    throw badItem(this.#connector, index, 'holds half of a surrogate pair, which UTF-8 cannot carry');
  }
}

/** What keeps an item from being a record: it must be an object with keys. */
export function shapeProblem(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return `is no object but ${item === null ? 'null' : typeof item}`;
  if (types.isPromise(item)) {
    // It may reject, and nobody looks at it any more.
    item.catch(() => undefined);
    return `is a promise; ${waitFirst}`;
  }
  if (Array.isArray(item)) return 'is an array; a record is an object whose keys are the columns';
  if (types.isMap(item) || types.isSet(item) || types.isDate(item)) return 'is a Map, Set or Date; a record is a plain object';
  return undefined;
}

function badItem(connector: string, index: number, problem: string): ItemError {
  return new ItemError(`${connector}: item ${index} of the batch ${problem}`, index);
}

function badName(connector: string, name: string): never {
  throw badItem(connector, 0, `has the key ${JSON.stringify(name)}, which holds half of a surrogate pair; UTF-8 cannot carry it`);
}
