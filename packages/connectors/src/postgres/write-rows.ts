import type { Connection } from './connection.js';
import type { EncodedRow } from './row-encoder.js';

/** Where rows go. */
export interface Target {
  readonly table: string;
  /** Columns by which rows are the same; none when rows are only added. */
  readonly key: readonly string[];
}

/** Writes rows in a transaction that is open: all of them, or it rejects and the caller undoes what was written. */
export type WriteRows = (
  connection: Connection,
  target: Target,
  columns: readonly string[],
  rows: readonly EncodedRow[],
  signal: AbortSignal,
) => Promise<void>;
