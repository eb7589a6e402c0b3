import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalServer, serve } from '../runner/local-server.js';
import { random } from '../runner/random.js';
import type { Product, Sale } from './pipeline.js';

/** What the server was asked. */
export interface Asked {
  /** Products of each request that was answered. */
  readonly sizes: readonly number[];
  /** Requests that were told to come again. */
  readonly refused: number;
  /** Most requests that were under way at the same time. */
  readonly peak: number;
}

/** Writes sales of 1,000 products, the same each time; the server does not know those from p990 on. */
export async function makeSales(path: string, count: number): Promise<void> {
  const next = random(5);
  const sales = Array.from({ length: count }, (_, sale): Sale => ({ sale, product: `p${Math.floor(next() * 1_000)}` }));
  await writeFile(path, sales.map((sale) => `${JSON.stringify(sale)}\n`).join(''));
}

/** Serves `GET /products?ids=p1,p2`, after some time; every fourth request is told to come again, and served when it does. */
export async function serveProducts(latencyMs: number): Promise<LocalServer & { readonly asked: () => Asked }> {
  const sizes: number[] = [];
  const seen = new Set<string>();
  let [refused, open, peak] = [0, 0, 0];
  const server = await serve(async ({ url = '' }, response) => {
    if (!seen.has(url) && seen.add(url).size % 4 === 0) {
      refused += 1;
      return void response.writeHead(429, { 'retry-after': '0' }).end();
    }
    open += 1;
    peak = Math.max(peak, open);
    await sleep(latencyMs);
    open -= 1;
    const ids = new URL(url, 'http://localhost').searchParams.get('ids')?.split(',') ?? [];
    sizes.push(ids.length);
    const known = ids.filter((id) => Number(id.slice(1)) < 990);
    response.end(JSON.stringify(known.map((id): Product => ({ id, name: `Product ${id.slice(1)}` }))));
  });
  return { ...server, asked: () => ({ sizes, refused, peak }) };
}
