import type { Pull } from '@millrace/core';
import type { Connection, RawField } from './connection.js';
import type { ValuePolicy } from './decode.js';
import { PostgresError } from './postgres-error.js';
import { columnsNamed, relationOf } from './relation.js';
import { RowDecoder } from './row-decoder.js';
import { typesOf } from './type-shape.js';

export interface CursorReading {
  readonly query: string;
  /** The table that the query is of; absent when the user has written it, so that places in its text mean something. */
  readonly table: string | undefined;
  /** Columns of the table that are read; absent: all. */
  readonly columns: readonly string[] | undefined;
  readonly parameters: readonly (string | null)[];
  readonly fetch: number;
  readonly policy: ValuePolicy;
}

const declare = 'declare millrace no scroll cursor for ';

/** The server takes the query and plans it, and makes no row. */
export async function checkCursor(connection: Connection, signal: AbortSignal, reading: CursorReading): Promise<void> {
  await declareCursor(connection, signal, reading);
}

/** The rows of a query, `fetch` a pull: the server is asked for more when the next pull is. */
export async function* cursorPulls(
  connection: Connection,
  signal: AbortSignal,
  reading: CursorReading,
): AsyncGenerator<Pull<object>, void, undefined> {
  const { table = 'query', fetch, policy } = reading;
  await declareCursor(connection, signal, reading);
  let decoder: RowDecoder | undefined;
  for (let read = 0; ; ) {
    const { fields, rows } = await connection.query(`fetch ${fetch} from millrace`, [], signal);
    if (rows.length === 0) return;
    decoder ??= await decoderFor(connection, signal, fields, policy);
    const first = read + 1;
    const origin = (index: number): string => `${table}:${first + index}`;
    const { items, error } = decoder.decode(rows, origin);
    if (items.length > 0) yield { items, origin };
    if (error !== undefined) throw error;
    if (rows.length < fetch) return;
    read += rows.length;
  }
}

async function declareCursor(connection: Connection, signal: AbortSignal, reading: CursorReading): Promise<void> {
  const { query, table, columns = [], parameters } = reading;
  await connection.query('begin isolation level repeatable read read only', [], signal);
  // The server would say that something is missing, but not what there is.
  if (table !== undefined) columnsNamed(connection, table, await relationOf(connection, table, signal), columns);
  const sent = table === undefined ? { before: declare.length } : undefined;
  try {
    await connection.query(declare + query, parameters, signal, sent);
  } catch (error) {
    throw error instanceof PostgresError && error.sqlState === syntaxError && !mayHaveCursor(query)
      ? error.hinted(noCursor)
      : error;
  }
}

const syntaxError = '42601';
const noCursor =
  'it is read by a cursor, which the server has for select, values, table and with alone: nothing is written by it';

/** By its first word, behind comments and brackets. A comment ends in one place alone: many of them would be tried in all ways. */
function mayHaveCursor(query: string): boolean {
  return /^(?:\s|\(|--.*\n|\/\*(?:(?!\*\/)[\s\S])*\*\/)*(?:select|values|table|with)\b/i.test(query);
}

async function decoderFor(
  connection: Connection,
  signal: AbortSignal,
  fields: readonly RawField[],
  policy: ValuePolicy,
): Promise<RowDecoder> {
  const twice = fields.find(({ name }, index) => fields.findIndex((other) => other.name === name) < index);
  if (twice !== undefined) {
    const problem = `the query gives two columns named "${twice.name}", and a row is an object: name them apart, with "as"`;
    throw new PostgresError(connection.place, { problem, column: twice.name });
  }
  const types = await typesOf(
    connection,
    fields.map(({ type }) => type),
    signal,
  );
  return new RowDecoder(fields, types, policy);
}
