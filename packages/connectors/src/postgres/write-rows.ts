import type { Connection } from './connection.js';
import type { RowEncoder } from './row-encoder.js';

/** Where rows go. */
export interface Target {
  readonly table: string;
  /** Columns by which rows are the same; none when rows are only added. */
  readonly key: readonly string[];
}

/** Writes rows: all of them, or it rejects and the caller undoes what was written. */
export type SendRows = (connection: Connection, signal: AbortSignal) => Promise<void>;

/** A way to write rows. */
export interface WriteWay {
  /**
   * Makes all that can be made without the server, so that it is done while another batch is written.
   *
   * @throws ItemError
   */
  readonly prepare: (target: Target, encoder: RowEncoder, items: readonly unknown[]) => Batch;
}

/** What is written, and how. */
export interface Writing {
  readonly target: Target;
  /** Absent: the keys of the first item. */
  readonly columns: readonly string[] | undefined;
  /** What is one transaction. */
  readonly transaction: 'run' | 'batch';
  readonly way: WriteWay;
}

/** Statements between which a batch is written, so that it can be undone alone. */
export const savepoint = {
  set: 'savepoint millrace',
  undo: 'rollback to savepoint millrace',
  drop: 'release savepoint millrace',
};

/** Items that are ready to be written. */
export interface Batch {
  readonly send: SendRows;
  /** `send` sets the savepoint and drops it, which saves two times to the server and back. */
  readonly setsSavepoint?: true;
  /** The same items in two batches, the second of which has its items from `middle` on; undefined for what has no parts. */
  readonly halves?: { readonly first: Batch; readonly second: Batch; readonly middle: number } | undefined;
}
