import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { example as declare } from '../runner/example.js';
import { seeThrough } from '../runner/see-through.js';
import { enrichment } from './pipeline.js';
import { makeSales, serveProducts } from './products-server.js';

export const example = declare(
  {
    folder: { doc: 'where it makes sales and writes', default: 'out/enrichment', short: 'out/enrichment' },
    rows: { doc: 'sales to make', default: 20_000, short: 1_050 },
    perSecond: { doc: 'requests a second', default: 40, short: 1_000 },
    ms: { doc: 'how long the server takes for an answer, in ms', default: 50, short: 1, min: 0 },
  },
  async ({ folder, rows, perSecond, ms }, print) => {
    await mkdir(folder, { recursive: true });
    const [sales, out] = [join(folder, 'sales.ndjson'), join(folder, 'enriched.ndjson')];
    await makeSales(sales, rows);
    const server = await serveProducts(ms);
    try {
      const report = await seeThrough(enrichment.start({ sales, products: server.url, out, perSecond }), print);
      const { sizes, refused, peak } = server.asked();
      print(
        `${sizes.length} requests for up to ${Math.max(0, ...sizes)} products, at most ${peak} at once; ${refused} were told to come again`,
      );
      if (report !== undefined) print(`written: ${out}`);
    } finally {
      await server.close();
    }
  },
);
