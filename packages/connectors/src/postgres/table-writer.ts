import type { SinkContext, Writer } from '@millrace/core';
import { didYouMean } from '../spelling.js';
import type { Connection } from './connection.js';
import { insertOf } from './insert-rows.js';
import { PostgresError } from './postgres-error.js';
import { columnsNamed, type Relation, relationOf } from './relation.js';
import { badItem, type EncodedRow, keysOf, RowEncoder } from './row-encoder.js';
import type { Target, WriteRows } from './write-rows.js';

/** What is written, and how. */
export interface Writing {
  readonly target: Target;
  /** Absent: the keys of the first item. */
  readonly columns: readonly string[] | undefined;
  /** What is one transaction. */
  readonly transaction: 'run' | 'batch';
  readonly writeRows: WriteRows;
}

/** Nothing aborts what undoes or ends. */
const never = new AbortController().signal;

/**
 * The server plans an insert, and runs none: the table and its columns are there, may be written, and have the index that a merge needs.
 *
 * @throws PostgresError
 */
export async function checkTarget(connection: Connection, { target, columns }: Writing, signal: AbortSignal): Promise<void> {
  const { table, key } = target;
  const relation = await relationOf(connection, table, signal);
  const names = columns ?? (key.length > 0 ? key : [...relation.columns.keys()].slice(0, 1));
  columnsNamed(connection, table, relation, [...key, ...names]);
  const text = `explain ${insertOf(target, names, `(${names.map(() => 'default').join(', ')})`)}`;
  try {
    await connection.query(text, [], signal);
  } catch (error) {
    if (!(error instanceof PostgresError) || error.sqlState !== '42P10') throw error;
    const problem = `the table ${JSON.stringify(table)} cannot be merged by (${key.join(', ')}): no unique index is on just these columns`;
    const hint = `create unique index on ${table} (${key.join(', ')})`;
    throw new PostgresError(connection.place, { problem, sqlState: '42P10', table, hint }, { cause: error });
  }
}

/** Writes batches into one table over one connection, one after the other. */
export class TableWriter {
  readonly writer: Writer<object>;
  readonly #connection: Connection;
  readonly #writing: Writing;
  /** Settles when no write is under way or waits. */
  #last: Promise<unknown> = Promise.resolve();
  #relation: Relation | undefined;
  /** Known when a batch was written; the first one may have been refused. */
  #encoder: RowEncoder | undefined;
  #isOpen = false;

  constructor(connection: Connection, writing: Writing) {
    this.#connection = connection;
    this.#writing = writing;
    this.writer = {
      write: (items, context) => this.#write(items, context),
      commit: () => this.#commit(),
      abort: () => this.#connection.close(),
    };
  }

  #write(items: readonly object[], { signal }: SinkContext): Promise<void> {
    const write = this.#last.then(async () => {
      signal.throwIfAborted();
      if (items.length > 0) await this.#writeBatch(items, signal);
    });
    this.#last = write.catch(() => undefined);
    return write;
  }

  async #writeBatch(items: readonly object[], signal: AbortSignal): Promise<void> {
    const encoder = this.#encoder ?? (await this.#encoderFor(items, signal));
    const rows = encoder.encode(items);
    if (!this.#isOpen) await this.#connection.query('begin', [], signal);
    this.#isOpen = true;
    await this.#undoable(encoder.columns, rows, signal);
    if (this.#writing.transaction === 'batch') await this.#end();
    this.#encoder = encoder;
  }

  /** A batch that fails is undone alone, so that the transaction goes on without it. */
  async #undoable(columns: readonly string[], rows: readonly EncodedRow[], signal: AbortSignal): Promise<void> {
    await this.#connection.query('savepoint millrace', [], signal);
    try {
      await this.#writeRows(columns, rows, signal);
      await this.#connection.query('release savepoint millrace', [], signal);
    } catch (error) {
      await this.#connection.query('rollback to savepoint millrace', [], never).catch(() => undefined);
      await this.#connection.query('release savepoint millrace', [], never).catch(() => undefined);
      throw error;
    }
  }

  async #writeRows(columns: readonly string[], rows: readonly EncodedRow[], signal: AbortSignal): Promise<void> {
    const { target, writeRows } = this.#writing;
    try {
      await writeRows(this.#connection, target, columns, rows, signal);
    } catch (error) {
      if (!isTwice(error) || rows.length === 1) throw error;
      // Two texts of one key, `1` and `01`: one statement cannot write both, two can.
      await this.#connection.query('rollback to savepoint millrace', [], never);
      const middle = rows.length >> 1;
      await this.#undoable(columns, rows.slice(0, middle), signal);
      try {
        await this.#undoable(columns, rows.slice(middle), signal);
      } catch (late) {
        throw late instanceof PostgresError && late.index !== undefined ? late.at(late.index + middle) : late;
      }
    }
  }

  async #encoderFor(items: readonly object[], signal: AbortSignal): Promise<RowEncoder> {
    const { target, columns } = this.#writing;
    this.#relation ??= await relationOf(this.#connection, target.table, signal);
    if (columns !== undefined) return new RowEncoder(columnsNamed(this.#connection, target.table, this.#relation, columns));
    const keys = keysOf(items[0], 0);
    if (keys.length === 0) throw badItem(0, 'has no keys, so it cannot name the columns; give the option "columns"');
    const { columns: known } = this.#relation;
    const stray = keys.find((name) => !known.has(name));
    if (stray !== undefined) {
      const names = [...known.keys()];
      throw badItem(
        0,
        `has the key "${stray}", which is no column of ${target.table}${didYouMean(stray, names)}; those are ${names.join(', ')}`,
      );
    }
    const missing = target.key.find((name) => !keys.includes(name));
    if (missing !== undefined) throw badItem(0, `lacks "${missing}", which is in the key by which rows are merged`);
    return new RowEncoder(keys.map((name) => known.get(name)!));
  }

  async #commit(): Promise<void> {
    await this.#last;
    if (this.#isOpen) await this.#end();
    await this.#connection.close();
  }

  async #end(): Promise<void> {
    const { place } = this.#connection;
    this.#isOpen = false;
    let command: string;
    try {
      ({ command } = await this.#connection.query('commit', [], never));
    } catch (error) {
      if (!(error instanceof PostgresError) || !error.unreachable) throw error;
      const problem = `the connection was lost while the transaction was being committed, so it is not known whether it was: ${error.message}`;
      throw new PostgresError(place, { problem, sqlState: error.sqlState, unreachable: true }, { cause: error });
    }
    // What a server says that was told to commit a transaction in which something had failed.
    if (command === 'ROLLBACK')
      throw new PostgresError(place, { problem: 'the transaction had failed, and was undone at its commit' });
  }
}

/** `on conflict do update` met a row that the same statement had written. */
function isTwice(error: unknown): boolean {
  return error instanceof PostgresError && error.sqlState === '21000';
}
