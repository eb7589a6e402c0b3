import type { SinkContext, Writer } from '@millrace/core';
import { Turns } from '../turns.js';
import { committed } from './committed.js';
import { type Connection, never } from './connection.js';
import { encoderFor } from './encoder-for.js';
import { insertOf } from './insert-rows.js';
import { PostgresError } from './postgres-error.js';
import { columnsNamed, type Relation, relationOf } from './relation.js';
import type { RowEncoder } from './row-encoder.js';
import { type Batch, savepoint, type Writing } from './write-rows.js';

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

/**
 * Writes batches into one table over one connection, one after the other. Where each batch is a transaction, one that is lost is opened
 * anew, and the batch is written again; but not when it went at a commit: then nobody knows whether the batch was written.
 */
export class TableWriter {
  readonly writer: Writer<object>;
  readonly #writing: Writing;
  readonly #open: (signal: AbortSignal) => Promise<Connection>;
  #connection: Connection;
  #isInDoubt = false;
  #isOver = false;
  readonly #turns = new Turns();
  #relation: Relation | undefined;
  /** Known when a batch was written; the first one may have been refused. */
  #encoder: RowEncoder | undefined;
  #isOpen = false;

  /** @param open another connection */
  constructor(connection: Connection, writing: Writing, open: (signal: AbortSignal) => Promise<Connection>) {
    this.#connection = connection;
    this.#writing = writing;
    this.#open = open;
    this.writer = {
      write: (items, context) => this.#write(items, context),
      commit: () => this.#commit(),
      abort: () => {
        this.#isOver = true;
        return this.#connection.close();
      },
    };
  }

  async #write(items: readonly object[], { signal }: SinkContext): Promise<void> {
    signal.throwIfAborted();
    if (items.length === 0) return;
    const encoder = this.#encoder;
    const { way, target } = this.#writing;
    // At once, while another batch is written; but for the first one the table has to be asked.
    const ready = encoder && way.prepare(target, encoder, items);
    return this.#turns.take(async () => {
      signal.throwIfAborted();
      const write = async (): Promise<void> => {
        const used = this.#encoder ?? (await this.#encoderFor(items, signal));
        await this.#writeBatch(ready ?? way.prepare(target, used, items), signal);
        this.#encoder = used;
      };
      try {
        await write();
      } catch (error) {
        // What was not committed is undone for certain: once more, and should that be lost too, it is told.
        if (!this.#isRenewable || signal.aborted) throw error;
        await this.#reconnect(signal);
        await write();
      }
    });
  }

  get #isRenewable(): boolean {
    return this.#writing.transaction === 'batch' && this.#connection.isLost && !this.#isInDoubt;
  }

  async #reconnect(signal: AbortSignal): Promise<void> {
    const { place } = this.#connection;
    await this.#connection.close();
    const connection = await this.#open(signal);
    if (this.#isOver) {
      await connection.close();
      throw new PostgresError(place, { problem: 'the writing was given up' });
    }
    this.#connection = connection;
    this.#isOpen = false;
  }

  async #writeBatch(batch: Batch, signal: AbortSignal): Promise<void> {
    if (!this.#isOpen) await this.#connection.query('begin', [], signal);
    this.#isOpen = true;
    await this.#undoable(batch, signal);
    if (this.#writing.transaction === 'batch') await this.#end();
  }

  /** A batch that fails is undone alone, so that the transaction goes on without it. */
  async #undoable(batch: Batch, signal: AbortSignal): Promise<void> {
    const connection = this.#connection;
    if (!batch.setsSavepoint) await connection.query(savepoint.set, [], signal);
    try {
      await this.#send(batch, signal);
      if (!batch.setsSavepoint) await connection.query(savepoint.drop, [], signal);
    } catch (error) {
      // Where that fails too, the connection or the transaction is lost, and the next statement says so.
      await connection.query(savepoint.undo, [], never).catch(() => undefined);
      await connection.query(savepoint.drop, [], never).catch(() => undefined);
      throw error;
    }
  }

  async #send(batch: Batch, signal: AbortSignal): Promise<void> {
    try {
      await batch.send(this.#connection, signal);
    } catch (error) {
      const halves = isTwice(error) ? batch.halves : undefined;
      if (halves === undefined) throw error;
      // Two texts of one key, `1` and `01`: one statement cannot write both, two can.
      await this.#connection.query(savepoint.undo, [], never);
      await this.#undoable(halves.first, signal);
      try {
        await this.#undoable(halves.second, signal);
      } catch (late) {
        throw late instanceof PostgresError && late.index !== undefined ? late.at(late.index + halves.middle) : late;
      }
    }
  }

  async #encoderFor(items: readonly object[], signal: AbortSignal): Promise<RowEncoder> {
    this.#relation ??= await relationOf(this.#connection, this.#writing.target.table, signal);
    return encoderFor(items, this.#writing, this.#relation, this.#connection);
  }

  async #commit(): Promise<void> {
    await this.#turns.idle;
    if (this.#isOpen) await this.#end();
    await this.#connection.close();
  }

  async #end(): Promise<void> {
    this.#isOpen = false;
    const { isLost } = this.#connection;
    try {
      await committed(this.#connection);
    } catch (error) {
      // Before the driver has told that the connection is gone, too.
      this.#isInDoubt = !isLost && error instanceof PostgresError && error.unreachable;
      throw error;
    }
  }
}

/** `on conflict do update` met a row that the same statement had written. */
function isTwice(error: unknown): boolean {
  return error instanceof PostgresError && error.sqlState === '21000';
}
