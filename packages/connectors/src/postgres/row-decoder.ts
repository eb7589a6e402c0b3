import { rowBuilder } from '../csv/row-builder.js';
import { LossyValueError } from '../errors.js';
import type { RawField, RawRow } from './connection.js';
import { type Decode, decoderOf, Misfit, type ValuePolicy } from './decode.js';
import type { TypeShape } from './type-shape.js';

/** Rows that were made, and what is wrong with the one behind them. */
export interface Decoded {
  readonly items: readonly object[];
  readonly error?: unknown;
}

/** Makes plain objects of rows: an own property for every column, `__proto__` too. */
export class RowDecoder {
  readonly #names: readonly string[];
  readonly #decoders: readonly (Decode | undefined)[];
  readonly #build: (values: readonly unknown[]) => object;

  constructor(fields: readonly RawField[], types: ReadonlyMap<number, TypeShape>, policy: ValuePolicy) {
    this.#names = fields.map(({ name }) => name);
    this.#decoders = fields.map(({ type }) => decoderOf(types.get(type)!, policy));
    // What a field holds does not matter to the builder.
    this.#build = rowBuilder(this.#names.map((name, field) => ({ name, field }))) as (values: readonly unknown[]) => object;
  }

  /** @param originOf place of a row, 0 being the first of these */
  decode(rows: readonly RawRow[], originOf: (index: number) => string): Decoded {
    const items: object[] = [];
    for (const row of rows) {
      const values: unknown[] = new Array(this.#decoders.length);
      for (let field = 0; field < values.length; field++) {
        const text = row[field]!;
        const decode = this.#decoders[field];
        if (text === null || decode === undefined) values[field] = text;
        else {
          try {
            values[field] = decode(text);
          } catch (error) {
            return { items, error: this.#located(error, field, originOf(items.length)) };
          }
        }
      }
      items.push(this.#build(values));
    }
    return { items };
  }

  #located(error: unknown, field: number, origin: string): unknown {
    if (!(error instanceof Misfit)) return error;
    return new LossyValueError(origin, this.#names[field]!, error.option, error.message);
  }
}
