import { didYouMean } from '../spelling.js';
import type { Connection } from './connection.js';
import { quoteTable } from './identifier.js';
import { PostgresError } from './postgres-error.js';
import { type TypeShape, typesOf } from './type-shape.js';

export interface Column {
  readonly name: string;
  readonly type: TypeShape;
  readonly notNull: boolean;
}

/** A table, view or foreign table, as the catalog has it. */
export interface Relation {
  readonly columns: ReadonlyMap<string, Column>;
  /** Columns of each index that lets no two rows have the same values, over all rows of the table. */
  readonly unique: readonly (readonly string[])[];
}

/** @throws PostgresError when there is no such table */
export async function relationOf(connection: Connection, table: string, signal: AbortSignal): Promise<Relation> {
  const name = quoteTable(table);
  const [oid] = (await connection.query('select to_regclass($1)::oid', [name], signal)).rows[0]!;
  if (oid === undefined || oid === null) throw await missing(connection, table, signal);
  const { rows } = await connection.query(columnsOf, [oid], signal);
  const types = await typesOf(
    connection,
    rows.map(([, , type]) => Number(type)),
    signal,
  );
  const names = new Map(rows.map(([number, column]) => [number!, column!]));
  const columns = rows.map(([, column, type, notNull]): [string, Column] => [
    column!,
    { name: column!, type: types.get(Number(type))!, notNull: notNull === 't' },
  ]);
  const indexes = await connection.query(uniqueIndexesOf, [oid], signal);
  const unique = indexes.rows.map(([numbers]) => numbers!.split(' ').map((number) => names.get(number)!));
  return { columns: new Map(columns), unique };
}

const columnsOf = `
  select attnum, attname, atttypid, attnotnull from pg_catalog.pg_attribute
  where attrelid = $1::pg_catalog.oid and attnum > 0 and not attisdropped order by attnum`;

/** Columns that an index only includes are left out. Indexes of a table whose rows lie also in tables that inherit it promise nothing. */
const uniqueIndexesOf = `
  select array_to_string((i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1], ' ')
  from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indrelid
  where i.indrelid = $1::pg_catalog.oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
    and (c.relkind = 'p' or not exists (select from pg_catalog.pg_inherits h where h.inhparent = c.oid))`;

async function missing(connection: Connection, table: string, signal: AbortSignal): Promise<PostgresError> {
  const { rows } = await connection.query(tables, [], signal);
  const hint = didYouMean(
    table,
    rows.map(([name]) => name!),
  );
  const problem = `there is no table ${JSON.stringify(table)}${hint}`;
  return new PostgresError(connection.place, { problem, sqlState: '42P01', table });
}

const tables = `
  select case when pg_catalog.pg_table_is_visible(c.oid) then c.relname else n.nspname || '.' || c.relname end
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' limit 1000`;

/** @throws PostgresError when the table has no column of one of these names */
export function columnsNamed(
  { place }: Connection,
  table: string,
  { columns }: Relation,
  names: readonly string[],
): readonly Column[] {
  return names.map((name) => {
    const column = columns.get(name);
    if (column !== undefined) return column;
    const known = [...columns.keys()];
    const problem = `the table ${JSON.stringify(table)} has no column "${name}"${didYouMean(name, known)}; its columns are ${known.join(', ')}`;
    throw new PostgresError(place, { problem, sqlState: '42703', table, column: name });
  });
}
