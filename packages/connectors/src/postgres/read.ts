import type { Pull, Source } from '@millrace/core';
import { maxPull } from '../pulls.js';
import { type Address, defaultConnectTimeoutMs } from './address.js';
import { Connection } from './connection.js';
import { checkCursor, cursorPulls } from './cursor-pulls.js';
import type { ValuePolicy } from './decode.js';
import { parameterText } from './encode.js';
import { quoteName, quoteTable } from './identifier.js';
import { checkKeyRanges, keyPulls } from './key-pulls.js';
import { checkReadOptions, type PostgresReadOptions } from './read-options.js';

/**
 * Reads the rows of a query or a table as plain objects.
 *
 * A `query`, and a `table` without `key`, is read by a cursor of the server, in one transaction that only reads and sees one snapshot.
 * The server makes rows only as they are asked for, `fetch` at a time. A `table` with `key` is read in ranges of it, a short statement
 * each: no transaction stays open, rows that change meanwhile are seen as they are when their range is read, and `after` takes up where
 * another reading has ended.
 *
 * Values: boolean, smallint, integer, real and double precision become what they are called in JavaScript; `date`, `time`, `interval`,
 * uuid, enums and all other types stay text; bytea is a Buffer; arrays are arrays of these. The options `bigIntegers`, `decimals`,
 * `localTimes`, `instants` and `json` decide on types that JavaScript cannot hold exactly, by default for what loses nothing.
 *
 * An item's `origin` is the table, or `query`, and the number of its row: `orders:17`; by key it is the key: `orders[id=17]`. `Row` is
 * stated, not checked.
 *
 * @param url `postgres://user:password@host:5432/database`, as the package `pg` reads it
 * @throws OptionError at the declaration; MissingPackageError, PostgresError and LossyValueError while reading
 *
 * @example
 * ```ts
 * import { postgres } from '@millrace/connectors';
 * import { type Flow, flow } from '@millrace/core';
 *
 * interface Order {
 *   readonly id: number;
 *   readonly total: string; // a numeric, with all its digits
 * }
 *
 * export const ordersOf = (url: string, day: string): Flow<Order> =>
 *   flow(postgres.read<Order>(url, { query: 'select id, total from orders where day = $1', parameters: [day] }));
 *
 * export const allOrders = (url: string): Flow<Order> =>
 *   flow(postgres.read<Order>(url, { table: 'sales.orders', key: 'id', columns: ['id', 'total'] }));
 * ```
 */
export function read<Row extends object = Record<string, unknown>>(url: string, options: PostgresReadOptions): Source<Row> {
  checkReadOptions(url, options);
  const { connectTimeoutMs = defaultConnectTimeoutMs, fetch = maxPull } = options;
  const address = { url, connectTimeoutMs };
  const plan = planOf(options, fetch);
  return {
    name: 'postgres',
    maxPull: fetch,
    check: ({ signal }) => connected(address, signal, (connection) => plan.check(connection, signal)),
    // The rows are what the caller says they are: the one cast that erased rows need.
    open: ({ signal }) => pulls(address, signal, plan) as AsyncGenerator<Pull<Row>, void, undefined>,
  };
}

/** What is done over a connection. */
interface ReadPlan {
  readonly check: (connection: Connection, signal: AbortSignal) => Promise<void>;
  readonly pulls: (connection: Connection, signal: AbortSignal) => AsyncGenerator<Pull<object>, void, undefined>;
}

function planOf(options: PostgresReadOptions, fetch: number): ReadPlan {
  const { query, parameters = [], table, columns, key, after } = options;
  const policy = policyOf(options);
  if (table !== undefined && key !== undefined) {
    const reading = { table, columns, key: [key].flat(), after: after?.map(parameterText), fetch, policy };
    return {
      check: (connection, signal) => checkKeyRanges(connection, signal, reading),
      pulls: (connection, signal) => keyPulls(connection, signal, reading),
    };
  }
  const list = columns === undefined ? '*' : columns.map(quoteName).join(', ');
  const reading = {
    query: query ?? `select ${list} from ${quoteTable(table!)}`,
    table,
    columns,
    parameters: parameters.map(parameterText),
    fetch,
    policy,
  };
  return {
    check: (connection, signal) => checkCursor(connection, signal, reading),
    pulls: (connection, signal) => cursorPulls(connection, signal, reading),
  };
}

function policyOf(options: PostgresReadOptions): ValuePolicy {
  const { bigIntegers = 'fail', decimals = 'string', localTimes = 'string', instants = 'date', json = 'value' } = options;
  return { bigIntegers, decimals, localTimes, instants, json };
}

async function connected<T>(address: Address, signal: AbortSignal, act: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.open('postgres.read', address, signal);
  try {
    return await act(connection);
  } finally {
    await connection.close();
  }
}

async function* pulls(address: Address, signal: AbortSignal, plan: ReadPlan): AsyncGenerator<Pull<object>, void, undefined> {
  const connection = await Connection.open('postgres.read', address, signal);
  try {
    yield* plan.pulls(connection, signal);
  } finally {
    await connection.close();
  }
}
