import { quoteName, quoteTable } from './identifier.js';
import { PostgresError } from './postgres-error.js';
import type { EncodedRow, RowEncoder } from './row-encoder.js';
import type { Batch, SendRows, Target, WriteWay } from './write-rows.js';

/** Parameters that one statement of the protocol may have, and rows beyond which longer statements gain nothing. */
const maxParameters = 65_535;
const maxRows = 1000;

/** Writes rows by `insert` of many rows at once, as parameters. */
export const insertWay: WriteWay = {
  prepare: (target, encoder, items) => ({ send: sendAll(target, encoder.columns, rowsOf(encoder, items)) }),
};

/** The same with `on conflict (key) do update`. Of rows of a batch with the same key the last one counts, as if they came one by one. */
export const mergeWay: WriteWay = {
  prepare: (target, encoder, items) => mergeBatch(target, encoder.columns, rowsOf(encoder, items)),
};

function rowsOf(encoder: RowEncoder, items: readonly unknown[]): readonly EncodedRow[] {
  const rows = encoder.encode(items);
  encoder.refuseText(rows);
  return rows;
}

function mergeBatch(target: Target, columns: readonly string[], rows: readonly EncodedRow[]): Batch {
  const { kept, indexes } = lastOfEachKey(target, columns, rows);
  const sendKept = sendAll(target, columns, kept);
  return {
    send: async (connection, signal) => {
      try {
        await sendKept(connection, signal);
      } catch (error) {
        throw error instanceof PostgresError && error.index !== undefined ? error.at(indexes[error.index]!) : error;
      }
    },
    // Made only when somebody asks.
    get halves() {
      const middle = rows.length >> 1;
      if (middle === 0) return undefined;
      const part = (from: number, to?: number) => mergeBatch(target, columns, rows.slice(from, to));
      return { first: part(0, middle), second: part(middle), middle };
    },
  };
}

function sendAll(target: Target, columns: readonly string[], rows: readonly EncodedRow[]): SendRows {
  const size = Math.max(1, Math.min(maxRows, Math.floor(maxParameters / columns.length)));
  return async (connection, signal) => {
    for (let first = 0; first < rows.length; first += size) {
      const chunk = rows.slice(first, first + size);
      try {
        await connection.query(insertText(target, columns, chunk.length), chunk.flat(), signal);
      } catch (error) {
        throw blame(error, first, columns.length);
      }
    }
  };
}

/** `insert` with a parameter for each value. */
function insertText(target: Target, columns: readonly string[], rows: number): string {
  const width = columns.length;
  const tuples = Array.from({ length: rows }, (_, row) => `(${columns.map((_, at) => `$${row * width + at + 1}`).join(',')})`);
  return insertOf(target, columns, tuples.join(','));
}

/** @param values what stands behind `values`: tuples between commas */
export function insertOf({ table, key }: Target, columns: readonly string[], values: string): string {
  const insert = `insert into ${quoteTable(table)} (${columns.map(quoteName).join(', ')}) values ${values}`;
  if (key.length === 0) return insert;
  const others = columns.filter((name) => !key.includes(name)).map((name) => `${quoteName(name)} = excluded.${quoteName(name)}`);
  const action = others.length === 0 ? 'nothing' : `update set ${others.join(', ')}`;
  return `${insert} on conflict (${key.map(quoteName).join(', ')}) do ${action}`;
}

function lastOfEachKey(
  { key }: Target,
  columns: readonly string[],
  rows: readonly EncodedRow[],
): { readonly kept: readonly EncodedRow[]; readonly indexes: readonly number[] } {
  const places = key.map((name) => columns.indexOf(name));
  const last = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const texts = places.map((at) => row[at]);
    // Rows with NULL in their key are the same as no other.
    const text = JSON.stringify(texts.includes(null) ? index : texts);
    // Taken out first, so that it stands where its last row does.
    last.delete(text);
    last.set(text, index);
  }
  const indexes = [...last.values()];
  return { kept: indexes.map((index) => rows[index]!), indexes };
}

/** The server names the parameter that it could not read, and so the row. */
function blame(error: unknown, first: number, width: number): unknown {
  if (!(error instanceof PostgresError)) return error;
  const parameter = /portal parameter \$(\d+)/.exec(error.where ?? '')?.[1];
  return parameter === undefined ? error : error.at(first + Math.floor((Number(parameter) - 1) / width));
}
