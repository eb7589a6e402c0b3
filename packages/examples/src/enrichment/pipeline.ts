import { ndjson } from '@millrace/connectors';
import { batch, flow, io, pipeline } from '@millrace/core';
import { mergeMap } from 'rxjs';

export interface Sale {
  readonly sale: number;
  readonly product: string;
}

export interface Product {
  readonly id: string;
  readonly name: string;
}

export interface EnrichmentParams {
  /** NDJSON of sales. */
  readonly sales: string;
  /** Base URL of the server that knows the products. */
  readonly products: string;
  /** NDJSON to write. */
  readonly out: string;
  /** Requests that may start in a second. */
  readonly perSecond: number;
}

export const enrichment = pipeline(import.meta, 'enrichment', ({ sales, products, out, perSecond }: EnrichmentParams) =>
  flow(ndjson.read<Sale>(sales))
    .pipe(
      // One request for many sales.
      batch({ items: 100 }),
      io('look up', (some, { signal }) => withNames(products, some, signal), {
        concurrency: 4,
        rate: { limit: perSecond, perMs: 1_000 },
        retry: { attempts: 5, when: (error) => error instanceof Busy },
      }),
      mergeMap((some) => some),
    )
    .to(ndjson.write(out)),
);

/** The server asks to be left alone for a while: the stage starts no attempt before that time is over. */
class Busy extends Error {
  readonly retryAfterMs: number;

  constructor(response: Response) {
    super(`${response.url} answered ${response.status}`);
    this.retryAfterMs = 1_000 * Number(response.headers.get('retry-after') ?? 1);
  }
}

async function withNames(server: string, sales: readonly Sale[], signal: AbortSignal) {
  // Each product once, however often it was sold.
  const ids = [...new Set(sales.map(({ product }) => product))];
  const response = await fetch(`${server}/products?ids=${ids.map(encodeURIComponent).join(',')}`, { signal });
  if (response.status === 429 || response.status === 503) throw new Busy(response);
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  const names = new Map(((await response.json()) as Product[]).map(({ id, name }) => [id, name]));
  return sales.map((sale) => ({ ...sale, name: names.get(sale.product) ?? null }));
}
