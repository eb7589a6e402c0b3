import { quoteName, quoteTable } from './identifier.js';
import { PostgresError } from './postgres-error.js';
import { savepoint, type WriteWay } from './write-rows.js';

/** Writes rows by COPY, in its text format. */
export const copyWay: WriteWay = {
  prepare: ({ table }, encoder, items) => {
    const copy = `copy ${quoteTable(table)} (${encoder.columns.map(quoteName).join(', ')}) from stdin`;
    const statements = [savepoint.set, copy, savepoint.drop].join('; ');
    const lines = encoder.lines(items);
    // One look at the whole text; the guilty item is sought only when there is one.
    if (!lines.isWellFormed() || lines.includes('\0')) encoder.refuseText(encoder.encode(items));
    const bytes = Buffer.from(lines);
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

/** The server counts the lines of what it copies. Fields have no line ends, so lines are rows. */
function blame(error: unknown): unknown {
  if (!(error instanceof PostgresError)) return error;
  const line = /^COPY .*, line (\d+)/.exec(error.where ?? '')?.[1];
  return line === undefined ? error : error.at(Number(line) - 1);
}
