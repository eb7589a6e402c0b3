import { quoteName, quoteTable } from './identifier.js';
import { PostgresError } from './postgres-error.js';
import type { WriteRows } from './write-rows.js';

/** Writes rows by COPY, in its text format. */
export const copyRows: WriteRows = async (connection, { table }, columns, rows, signal) => {
  const text = `copy ${quoteTable(table)} (${columns.map(quoteName).join(', ')}) from stdin`;
  try {
    await connection.copyIn(text, Buffer.from(copyText(rows)), signal);
  } catch (error) {
    throw blame(error);
  }
};

/** The server counts the lines of what it copies. Fields have no line ends, so lines are rows. */
function blame(error: unknown): unknown {
  if (!(error instanceof PostgresError)) return error;
  const line = /^COPY .*, line (\d+)/.exec(error.where ?? '')?.[1];
  return line === undefined ? error : error.at(Number(line) - 1);
}

/** Rows as COPY reads them: fields between tabs, `\N` for NULL, a line each. */
export function copyText(rows: readonly (readonly (string | null)[])[]): string {
  let text = '';
  for (const row of rows) {
    for (let at = 0; at < row.length; at++) {
      const field = row[at]!;
      if (at > 0) text += '\t';
      text += field === null ? '\\N' : special.test(field) ? field.replaceAll(specials, escapeOf) : field;
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
