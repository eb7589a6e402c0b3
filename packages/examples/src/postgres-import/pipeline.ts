import { csv, postgres } from '@millrace/connectors';
import { flow, pipeline } from '@millrace/core';

export interface ImportParams {
  /** CSV of stock with columns sku, warehouse, pieces, counted_at. */
  readonly stock: string;
  /** URL of the server, with the database. */
  readonly url: string;
}

/** Its primary key is what rows are merged on. */
export const table = `CREATE TABLE IF NOT EXISTS millrace_stock (
  sku text, warehouse text, pieces integer NOT NULL CHECK (pieces >= 0), counted_at timestamptz NOT NULL, PRIMARY KEY (sku, warehouse)
)`;

/**
 * Idempotent: a row that is there is brought up to date, one that is not is added. All in one transaction, so an import that fails has done
 * nothing, and is simply made again.
 */
export const importStock = pipeline(import.meta, 'import-stock', ({ stock, url }: ImportParams) =>
  flow(csv.read(stock, { types: { pieces: 'number', counted_at: 'date' } })).to(
    postgres.write(url, { table: 'millrace_stock', write: 'merge', key: ['sku', 'warehouse'] }),
    { batch: { items: 5_000 } },
  ),
);

export interface Totals {
  readonly rows: string;
  readonly pieces: string;
}

const totals = 'SELECT count(*)::text AS rows, coalesce(sum(pieces), 0)::text AS pieces FROM millrace_stock';

/** What the table holds, by a pipeline that is only read. */
export const stockTotals = pipeline(import.meta, 'stock-totals', (url: string) =>
  flow(postgres.read<Totals>(url, { query: totals })),
);
