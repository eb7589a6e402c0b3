import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { example as declare } from '../runner/example.js';
import { seeThrough } from '../runner/see-through.js';
import { makeStock } from './made-stock.js';
import { importStock, stockTotals, table } from './pipeline.js';

export const example = declare(
  {
    url: {
      doc: 'database, in which it makes a table millrace_stock',
      default: 'postgres://localhost/postgres',
      short: 'postgres://localhost/postgres',
    },
    folder: { doc: 'where it makes its files', default: 'out/postgres-import', short: 'out/postgres-import' },
    rows: { doc: 'rows of a file', default: 100_000, short: 100 },
  },
  async ({ url, folder, rows }, print) => {
    await mkdir(folder, { recursive: true });
    await makeTable(url);
    const files = [1, 2].map((day) => join(folder, `day-${day}.csv`));
    for (const [index, file] of files.entries()) await makeStock(file, { rows, day: index + 1 });
    // The first file twice, as after a crash when nobody knows whether it was imported.
    for (const stock of [files[0]!, files[0]!, files[1]!]) {
      if ((await seeThrough(importStock.start({ stock, url }), print)) === undefined) return;
      for await (const found of stockTotals.iterate(url))
        print(`${stock}: the table has ${found.rows} rows, ${found.pieces} pieces`);
    }
  },
);

async function makeTable(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    await client.query(table);
  } catch (cause) {
    throw new Error(`cannot make the table in PostgreSQL: ${String(cause)}; --url says which server and database`, { cause });
  } finally {
    await client.end();
  }
}
