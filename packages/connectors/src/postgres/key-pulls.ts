import type { Pull } from '@millrace/core';
import type { Connection, RawRow } from './connection.js';
import type { ValuePolicy } from './decode.js';
import { quoteName, quoteTable } from './identifier.js';
import { PostgresError } from './postgres-error.js';
import { columnsNamed, type Relation, relationOf } from './relation.js';
import { RowDecoder } from './row-decoder.js';

export interface KeyReading {
  readonly table: string;
  /** Absent: all. */
  readonly columns: readonly string[] | undefined;
  readonly key: readonly string[];
  /** Texts of the key behind which it starts. */
  readonly after: readonly (string | null)[] | undefined;
  readonly fetch: number;
  readonly policy: ValuePolicy;
}

/** The server takes the statement of a range and plans it, and reads no row. */
export async function checkKeyRanges(connection: Connection, signal: AbortSignal, reading: KeyReading): Promise<void> {
  const { names } = await layoutOf(connection, signal, reading);
  await connection.query(`explain ${rangeQuery(reading, names, false)}`, [], signal);
}

/** The rows of a table in the order of its key, a statement a pull, each from behind the last row of the one before. */
export async function* keyPulls(
  connection: Connection,
  signal: AbortSignal,
  reading: KeyReading,
): AsyncGenerator<Pull<object>, void, undefined> {
  const { table, key, fetch } = reading;
  const { names, decoder } = await layoutOf(connection, signal, reading);
  const keyOf = (row: RawRow): (string | null)[] => row.slice(names.length);
  for (let after = reading.after; ; ) {
    const { rows } = await connection.query(rangeQuery(reading, names, after !== undefined), after ?? [], signal);
    if (rows.length === 0) return;
    // A run keeps what tells the origins for many pulls: it must not hold the rows.
    const keys = rows.map(keyOf);
    const origin = (index: number): string => `${table}[${key.map((name, at) => `${name}=${keys[index]![at]}`).join(', ')}]`;
    const { items, error } = decoder.decode(rows, origin);
    after = keys[Math.max(0, items.length - 1)]!;
    if (items.length > 0) yield { items, origin, offset: { after } };
    if (error !== undefined) throw error;
    if (rows.length < fetch) return;
  }
}

interface Layout {
  /** Columns of the items; those of the key are read behind them once more, as text. */
  readonly names: readonly string[];
  readonly decoder: RowDecoder;
}

async function layoutOf(connection: Connection, signal: AbortSignal, reading: KeyReading): Promise<Layout> {
  const relation = await relationOf(connection, reading.table, signal);
  refuseLoss(connection, relation, reading);
  const columns = columnsNamed(connection, reading.table, relation, reading.columns ?? [...relation.columns.keys()]);
  const fields = columns.map(({ name, type }) => ({ name, type: type.oid }));
  const types = new Map(columns.map(({ type }) => [type.oid, type]));
  return { names: columns.map(({ name }) => name), decoder: new RowDecoder(fields, types, reading.policy) };
}

/** Rows with equal keys, or with none, would be lost where a range ends among them. */
function refuseLoss(connection: Connection, relation: Relation, { table, key }: KeyReading): void {
  const columns = columnsNamed(connection, table, relation, key);
  const nullable = columns.find(({ notNull }) => !notNull);
  const isUnique = relation.unique.some((index) => index.every((name) => key.includes(name)));
  if (nullable === undefined && isUnique) return;
  const why =
    nullable === undefined
      ? `no unique index of it lies within the columns (${key.join(', ')}), so rows with the same key could be lost`
      : `its column "${nullable.name}" may be null, so rows could be lost`;
  const advice = 'give the columns of its primary key, or leave "key" out, which reads by a cursor';
  throw new PostgresError(connection.place, {
    problem: `the table ${JSON.stringify(table)} cannot be read by this key: ${why}; ${advice}`,
    table,
  });
}

function rangeQuery({ table, key, fetch }: KeyReading, names: readonly string[], hasStart: boolean): string {
  const keys = key.map(quoteName).join(', ');
  const start = key.map((_, index) => `$${index + 1}`).join(', ');
  const where = hasStart ? ` where (${keys}) > (${start})` : '';
  return `select ${names.map(quoteName).join(', ')}, ${keys} from ${quoteTable(table)}${where} order by ${keys} limit ${fetch}`;
}
