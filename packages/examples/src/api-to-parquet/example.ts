import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { example as declare } from '../runner/example.js';
import { seeThrough } from '../runner/see-through.js';
import { makeOrders, serveOrders } from './orders-server.js';
import { ordersToParquet } from './pipeline.js';

export const example = declare(
  {
    folder: { doc: 'where it writes', default: 'out/api-to-parquet', short: 'out/api-to-parquet' },
    orders: { doc: 'orders that the API has', default: 20_000, short: 250 },
    page: { doc: 'orders of a page', default: 500, short: 100 },
  },
  async ({ folder, orders, page }, print) => {
    await mkdir(folder, { recursive: true });
    const out = join(folder, 'orders.parquet');
    const server = await serveOrders(makeOrders(orders), page);
    try {
      const report = await seeThrough(ordersToParquet.start({ api: server.url, out }), print);
      if (report !== undefined) print(`written: ${out}`);
    } finally {
      await server.close();
    }
  },
);
