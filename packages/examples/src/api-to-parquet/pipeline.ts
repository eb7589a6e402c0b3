import { http, type ParquetSchema, parquet } from '@millrace/connectors';
import { flow, pipeline } from '@millrace/core';
import { map } from 'rxjs';

/** An order as the API gives it. */
export interface Order {
  readonly id: number;
  readonly customer: { readonly name: string; readonly country: string };
  readonly lines: readonly { readonly sku: string; readonly count: number; readonly price: string }[];
  readonly orderedAt: string;
  readonly coupon: string | null;
}

export interface OrdersToParquetParams {
  /** Base URL of the API. */
  readonly api: string;
  /** Parquet file to write. */
  readonly out: string;
}

const schema: ParquetSchema = {
  id: 'int64',
  customer: 'string',
  country: 'string',
  ordered_at: 'timestamp',
  items: 'int32',
  total: 'decimal(9,2)',
  coupon: 'string?',
};

export const ordersToParquet = pipeline(import.meta, 'orders-to-parquet', ({ api, out }: OrdersToParquetParams) =>
  flow(
    http.read<Order>(`${api}/orders`, {
      items: 'data',
      pages: { cursor: { from: 'meta.next', param: 'after' } },
      rate: { limit: 50, perMs: 1_000 },
    }),
  )
    .pipe(map(row))
    .to(parquet.write(out, { schema, rowGroup: 10_000 })),
);

/** Flat, as a table wants it. */
function row({ id, customer, lines, orderedAt, coupon }: Order) {
  // In cents: sums of decimals are exact there, and not as numbers of euros.
  const cents = lines.reduce((sum, { count, price }) => sum + count * Math.round(Number(price) * 100), 0);
  return {
    id,
    customer: customer.name,
    country: customer.country,
    ordered_at: new Date(orderedAt),
    items: lines.reduce((sum, { count }) => sum + count, 0),
    total: `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
    coupon,
  };
}
