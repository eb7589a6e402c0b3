import type { SinkContext, Writer } from '@millrace/core';
import { Turns } from '../turns.js';
import { committed } from './committed.js';
import { type Connection, never } from './connection.js';
import { CopyLines } from './copy-lines.js';
import { copyText, refusedRow } from './copy-rows.js';
import type { CopyStream } from './copy-stream.js';
import { encoderFor } from './encoder-for.js';
import { PostgresError } from './postgres-error.js';
import { relationOf } from './relation.js';
import type { RowEncoder } from './row-encoder.js';
import type { Writing } from './write-rows.js';

/** Bytes that are gathered before they are sent: a small write to the network costs what a large one does. */
const gatheredBytes = 64 * 1024;

/**
 * Bytes of one COPY. What waits for its end is bounded by it: triggers and foreign keys, which the server keeps in memory, and here the
 * writes whose rows an error may be about.
 */
const copyBytes = 16 * 1024 * 1024;

/** What a write counts there beside its lines: about what it takes to remember it. */
const portionBytes = 256;

/** In ms; 0: none. */
const limitText = "select setting from pg_catalog.pg_settings where name = 'statement_timeout'";

/** A COPY that is under way, and the writes that went into it. */
interface Copy {
  readonly stream: CopyStream;
  readonly done: Promise<void>;
}

interface Portion {
  /** Row of the COPY, from 0. */
  readonly first: number;
  readonly context: SinkContext;
}

/**
 * Writes all rows of a run by one COPY after another, each of many batches, in one transaction. For runs that fail with the first row that is
 * refused: a write resolves when its rows are on their way, and what the server says of them comes with a later write, or with the flush.
 */
export class RunCopier {
  readonly writer: Writer<object>;
  readonly #connection: Connection;
  readonly #writing: Writing;
  readonly #turns = new Turns();
  #encoder: RowEncoder | undefined;
  #isOpen = false;
  #copy: Copy | undefined;
  /** The `statement_timeout` or `query_timeout` of the user: how long the server may take for what it was sent, in ms. 0: as long as it likes. */
  #limitMs = 0;
  /** Lines that wait to be sent: fewer than `gatheredBytes`, and those of one write. */
  readonly #waiting = new CopyLines(gatheredBytes * 2);
  /** Bytes and rows of this COPY, and whose they are. */
  #bytes = 0;
  #rows = 0;
  #portions: Portion[] = [];

  constructor(connection: Connection, writing: Writing) {
    this.#connection = connection;
    this.#writing = writing;
    this.writer = {
      write: (items, context) => this.#turns.take(() => this.#write(items, context)),
      flush: (context) => this.#turns.take(() => this.#flush(context)),
      commit: () => this.#commit(),
      abort: () => this.#abort(),
    };
  }

  async #write(items: readonly object[], context: SinkContext): Promise<void> {
    const { signal } = context;
    signal.throwIfAborted();
    if (items.length === 0) return;
    this.#encoder ??= await this.#encoderFor(items, signal);
    this.#gather(this.#encoder, items);
    this.#portions.push({ first: this.#rows, context });
    this.#rows += items.length;
    this.#bytes += portionBytes;
    if (this.#waiting.length < gatheredBytes) return;
    try {
      await this.#send(signal);
      if (this.#bytes >= copyBytes) await this.#endCopy(signal);
    } catch (error) {
      throw this.#blamed(error, context);
    }
  }

  /** All of the items, or none when one of them cannot be a row. */
  #gather(encoder: RowEncoder, items: readonly object[]): void {
    const before = this.#waiting.length;
    try {
      encoder.writeLines(items, this.#waiting);
    } catch (error) {
      this.#waiting.cutTo(before);
      throw error;
    }
    this.#bytes += this.#waiting.length - before;
  }

  async #encoderFor(items: readonly object[], signal: AbortSignal): Promise<RowEncoder> {
    const relation = await relationOf(this.#connection, this.#writing.target.table, signal);
    return encoderFor(items, this.#writing, relation, this.#connection);
  }

  async #send(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length === 0) return;
    this.#copy ??= await this.#begin(this.#encoder!, signal);
    const { stream, done } = this.#copy;
    // A failure that is known by now comes first.
    await this.#taken(Promise.race([done, stream.send(this.#waiting.take())]), signal);
  }

  async #begin({ columns }: RowEncoder, signal: AbortSignal): Promise<Copy> {
    if (!this.#isOpen) {
      await this.#connection.query('begin', [], signal);
      this.#isOpen = true;
      // The statement lasts as long as rows come, which says nothing of the server: what the limit says holds for our waits.
      const { rows } = await this.#connection.query(limitText, [], signal);
      const limits = [Number(rows[0]![0]), this.#connection.queryTimeoutMs].filter((ms) => ms > 0);
      this.#limitMs = limits.length === 0 ? 0 : Math.min(...limits);
      await this.#connection.query('set local statement_timeout to 0', [], signal);
    }
    const copy = this.#connection.copyStream(copyText(this.#writing.target.table, columns));
    // What it fails with is told by the write that waits for it next.
    copy.done.catch(() => undefined);
    return copy;
  }

  async #endCopy(signal: AbortSignal): Promise<void> {
    await this.#send(signal);
    const copy = this.#copy;
    if (copy === undefined) return;
    copy.stream.end();
    await this.#taken(copy.done, signal);
    this.#copy = undefined;
    this.#portions = [];
    [this.#bytes, this.#rows] = [0, 0];
  }

  /** Waits for the server, as long as it may take. */
  async #taken(settled: Promise<void>, signal: AbortSignal): Promise<void> {
    if (this.#limitMs === 0) return unlessAborted(settled, signal);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#timeout()), this.#limitMs);
    });
    try {
      await unlessAborted(Promise.race([settled, late]), signal);
    } finally {
      clearTimeout(timer);
    }
  }

  #timeout(): PostgresError {
    const problem = `the server has not taken the rows of a COPY within ${this.#limitMs} ms, its statement_timeout or query_timeout`;
    const hint = 'see what holds a lock on the table, or raise the limit';
    return new PostgresError(this.#connection.place, { problem, sqlState: '57014', hint });
  }

  /** The row that the server has refused was in this write, or in an earlier one. */
  #blamed(error: unknown, now?: SinkContext): unknown {
    const row = refusedRow(error);
    const portion = row === undefined ? undefined : this.#portions.findLast(({ first }) => first <= row);
    if (!(error instanceof PostgresError) || row === undefined || portion === undefined) return error;
    return error.at(row - portion.first, portion.context === now ? undefined : portion.context);
  }

  async #flush({ signal }: SinkContext): Promise<void> {
    signal.throwIfAborted();
    try {
      await this.#endCopy(signal);
    } catch (error) {
      throw this.#blamed(error);
    }
  }

  async #commit(): Promise<void> {
    await this.#turns.idle;
    // For those who call no flush.
    await this.#flush({ signal: never });
    if (this.#isOpen) await committed(this.#connection);
    await this.#connection.close();
  }

  /** A write that waits is let go by the end of the connection. */
  async #abort(): Promise<void> {
    this.#copy?.stream.giveUp();
    await this.#connection.close();
  }
}

/** Rejects with the reason of the signal as soon as there is one; what is waited for goes on by itself. */
async function unlessAborted(settled: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([settled, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
