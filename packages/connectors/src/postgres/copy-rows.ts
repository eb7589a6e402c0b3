import { CopyLines } from './copy-lines.js';
import { quoteName, quoteTable } from './identifier.js';
import { PostgresError } from './postgres-error.js';
import { savepoint, type WriteWay } from './write-rows.js';

/** Writes rows by COPY, in its text format. */
export const copyWay: WriteWay = {
  prepare: ({ table }, encoder, items) => {
    const statements = [savepoint.set, copyText(table, encoder.columns), savepoint.drop].join('; ');
    const lines = new CopyLines();
    encoder.writeLines(items, lines);
    const bytes = lines.take();
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
