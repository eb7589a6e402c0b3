import { type LocalServer, serve } from '../runner/local-server.js';
import { random } from '../runner/random.js';
import type { Order } from './pipeline.js';

/** Orders of a made-up shop, the same each time. */
export function makeOrders(count: number): Order[] {
  const next = random(11);
  const pick = (upTo: number): number => Math.floor(next() * upTo);
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    customer: { name: `Customer ${pick(500)}`, country: ['DE', 'FR', 'JP', 'US'][pick(4)]! },
    lines: Array.from({ length: 1 + pick(3) }, () => ({
      sku: `sku-${pick(100)}`,
      count: 1 + pick(4),
      price: (pick(10_000) / 100).toFixed(2),
    })),
    orderedAt: new Date(Date.UTC(2026, 10, 19) + index * 1_000).toISOString(),
    coupon: pick(5) === 0 ? 'AUTUMN' : null,
  }));
}

/** Serves `GET /orders?after=<id>`: a page of orders, and the id behind which the next one begins. The first request is turned away with a 503. */
export function serveOrders(orders: readonly Order[], pageSize: number): Promise<LocalServer> {
  let requests = 0;
  return serve((request, response) => {
    requests += 1;
    if (requests === 1) return void response.writeHead(503, { 'retry-after': '0' }).end();
    const after = Number(new URL(request.url ?? '', 'http://localhost').searchParams.get('after') ?? 0);
    const next = after + pageSize < orders.length ? after + pageSize : null;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: orders.slice(after, after + pageSize), meta: { next } }));
  });
}
