import { quoteName, quoteTable } from './identifier.js';
import { PostgresError } from './postgres-error.js';
import type { EncodedRow } from './row-encoder.js';
import { savepoint, type WriteWay } from './write-rows.js';

/** Writes rows by COPY, in its text format. */
export const copyWay: WriteWay = {
  prepare: ({ table }, encoder, items) => {
    const copy = `copy ${quoteTable(table)} (${encoder.columns.map(quoteName).join(', ')}) from stdin`;
    const statements = [savepoint.set, copy, savepoint.drop].join('; ');
    const rows = encoder.encode(items);
    const text = copyText(rows);
    // One look at the whole text; the guilty item is sought only when there is one.
    if (!text.isWellFormed() || text.includes('\0')) encoder.refuseText(rows);
    const bytes = Buffer.from(text);
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

/** Rows as COPY reads them: fields between tabs, `\N` for NULL, a line each. */
function copyText(rows: readonly EncodedRow[]): string {
  let text = '';
  for (const row of rows) {
    for (let at = 0; at < row.length; at++) {
      const field = row[at]!;
      if (at > 0) text += '\t';
      if (field === null) text += '\\N';
      else text += special.test(field) ? field.replaceAll(specials, escapeOf) : field;
    }
    text += '\n';
  }
  return text;
}

/** All that means something to COPY. */
const special = /[\\\t\n\r]/;
const specials = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escapeOf = (character: string): string => escapes[character]!;
