import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import type { RunContender, Size } from '../contender.js';
import { columns, type TableRow, tableRows } from '../workloads/table-rows.js';
import { intoTable, type WriteTable } from './postgres-table.js';

/** Rows of one chunk of text: as many as a pipeline hands to its sink at once. */
const chunkRows = 1024;

/** One COPY of all rows, in chunks of text. */
export const copyStreams = (): Promise<RunContender> =>
  intoTable(
    inTransaction(async (client, size) => {
      const copy = client.query(from(`copy target (${columns.join(', ')}) from stdin`));
      await pipeline(Readable.from(chunks(size)), copy);
    }),
  );

/** An insert for each row. */
export const insertEach = (): Promise<RunContender> =>
  intoTable(
    inTransaction(async (client, size) => {
      for (const { id, name, city, score } of tableRows(size)) {
        await client.query(`insert into target (${columns.join(', ')}) values ($1, $2, $3, $4)`, [id, name, city, score]);
      }
    }),
  );

function inTransaction(write: (client: pg.Client, size: Size) => Promise<void>): WriteTable {
  return async (url, size) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('begin');
    await write(client, size);
    await client.query('commit');
    await client.end();
  };
}

function* chunks(size: Size): Generator<Buffer> {
  let text = '';
  let rows = 0;
  for (const row of tableRows(size)) {
    text += lineOf(row);
    rows += 1;
    if (rows % chunkRows !== 0) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

function lineOf({ id, name, city, score }: TableRow): string {
  return `${id}\t${field(name)}\t${field(city)}\t${score}\n`;
}

const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function field(text: string | null): string {
  if (text === null) return '\\N';
  return special.test(text) ? text.replaceAll(/[\\\t\n\r]/g, (character) => escapes[character]!) : text;
}
