import { quoteName, quoteTable } from './identifier.js';
import { PostgresError } from './postgres-error.js';
import type { RowEncoder } from './row-encoder.js';
import { savepoint, type WriteWay } from './write-rows.js';

/** Writes rows by COPY, in its text format. */
export const copyWay: WriteWay = {
  prepare: ({ table }, encoder, items) => {
    const statements = [savepoint.set, copyText(table, encoder.columns), savepoint.drop].join('; ');
    const bytes = Buffer.from(linesOf(encoder, items));
    return {
      setsSavepoint: true,
      send: async (connection, signal) => {
        try {
          await connection.copyIn(statements, bytes, signal);
        } catch (error) {
          throw blame(error);
        }
      },
    };
  },
};

export function copyText(table: string, columns: readonly string[]): string {
  return `copy ${quoteTable(table)} (${columns.map(quoteName).join(', ')}) from stdin`;
}

/** Items as lines for COPY. @throws ItemError */
export function linesOf(encoder: RowEncoder, items: readonly unknown[]): string {
  const lines = encoder.lines(items);
  // One look at the whole text; the guilty item is sought only when there is one.
  if (!lines.isWellFormed() || lines.includes('\0')) encoder.refuseText(encoder.encode(items));
  return lines;
}

/**
 * The row of a COPY, from 0, that an error is about: the server counts lines, and fields have no line ends. The value stands behind the number and
 * may look like one; what a trigger was about stands in lines before.
 */
export function refusedRow(error: unknown): number | undefined {
  const where = error instanceof PostgresError ? error.where : undefined;
  const line = /^COPY .*?, line (\d+)/m.exec(where ?? '')?.[1];
  return line === undefined ? undefined : Number(line) - 1;
}

function blame(error: unknown): unknown {
  const row = refusedRow(error);
  return error instanceof PostgresError && row !== undefined ? error.at(row) : error;
}
