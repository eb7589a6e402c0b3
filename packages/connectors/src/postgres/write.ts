import type { Sink } from '@millrace/core';
import { type Address, defaultConnectTimeoutMs } from './address.js';
import { Connection } from './connection.js';
import { copyWay } from './copy-rows.js';
import { insertWay, mergeWay } from './insert-rows.js';
import { RunCopier } from './run-copier.js';
import { checkTarget, TableWriter } from './table-writer.js';
import { checkWriteOptions, type PostgresWriteOptions } from './write-options.js';
import type { WriteWay, Writing } from './write-rows.js';

/**
 * Writes objects as rows of a table. All rows of a run are written in one transaction: they are visible when the run commits, and a
 * failed or cancelled one leaves nothing (`transaction: 'batch'` gives that up). One connection; writes at once stand in line.
 *
 * The keys of an item are columns; a missing key and undefined are NULL. Strings are what the server reads as the column's type; a
 * Date is an instant, and its UTC wall clock in a column without zone; a Uint8Array is bytea; an array is an array; in a column of json
 * or jsonb any value is its JSON, strings too. Nothing is lost in silence: a key that is no column, an object in another column, the
 * character NUL and half of a surrogate pair are an `ItemError`. With `merge`, of rows of a batch with one key the last one counts.
 *
 * What the server refuses is a `PostgresError`, with the `index` of the item where the server tells it; the batch is then undone, and may
 * be written again without it. By COPY in a run that fails with the first error, all batches go in one stream: the error comes with a later
 * write, or before the commit, and still names the item.
 *
 * @param url `postgres://user:password@host:5432/database`, as the package `pg` reads it
 * @throws OptionError at the declaration; MissingPackageError, PostgresError and ItemError while writing
 *
 * @example
 * ```ts
 * import { csv, postgres } from '@millrace/connectors';
 * import { flow, pipeline } from '@millrace/core';
 *
 * // It may be run twice: rows of the same id take the place of those that are there.
 * export const load = pipeline(import.meta, 'load', ({ file, url }: { file: string; url: string }) =>
 *   flow(csv.read(file)).to(postgres.write(url, { table: 'orders', write: 'merge', key: 'id' }), { batch: { items: 5_000 } }),
 * );
 * ```
 */
export function write(url: string, options: PostgresWriteOptions): Sink<object> {
  checkWriteOptions(url, options);
  const { table, write: how = 'copy', key, columns, transaction = 'run', connectTimeoutMs = defaultConnectTimeoutMs } = options;
  const address: Address = { url, connectTimeoutMs };
  const writing: Writing = {
    target: { table, key: [key ?? []].flat() },
    columns,
    transaction,
    way: ways[how],
  };
  return {
    name: 'postgres',
    check: async ({ signal }) => (await opened(address, signal, writing)).close(),
    open: async ({ signal, onFailure }) => {
      const connection = await opened(address, signal, writing);
      // Batches need not be told apart where the first row that is refused ends all.
      const isOneCopy = how === 'copy' && transaction === 'run' && onFailure === 'fail';
      if (isOneCopy) return new RunCopier(connection, writing).writer;
      return new TableWriter(connection, writing, (again) => opened(address, again, writing)).writer;
    },
  };
}

const ways: Readonly<Record<'copy' | 'insert' | 'merge', WriteWay>> = { copy: copyWay, insert: insertWay, merge: mergeWay };

/** A connection over which the table can be written, as far as can be told. */
async function opened(address: Address, signal: AbortSignal, writing: Writing): Promise<Connection> {
  const connection = await Connection.open('postgres.write', address, signal);
  try {
    await checkTarget(connection, writing, signal);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}
