import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { useFolder } from '../runner/folder.fixture.js';
import { type LocalServer, serve } from '../runner/local-server.js';
import { shortRun } from '../runner/short-run.fixture.js';
import { enrichment, type Sale } from './pipeline.js';
import { makeSales } from './products-server.js';

const folder = useFolder();

describe('the enrichment', () => {
  let server: LocalServer | undefined;
  afterEach(() => server?.close());

  test('names each sale in its order, by few requests; refused ones are made again', async () => {
    const lines = await shortRun('enrichment', { folder: folder.path() });
    expect(lines[0]).toMatch(/^1050 read, 1050 delivered, dead letters: 0\. /);
    // 1,050 sales in batches of 100 are 11 answers; every fourth request was refused.
    const [, answered, most, atOnce, refused] = /^(\d+) requests for up to (\d+) products, at most (\d+) at once; (\d+) were/
      .exec(lines[1]!)!
      .map(Number);
    expect({ answered, refused }).toEqual({ answered: 11, refused: 2 });
    expect(most).toBeLessThanOrEqual(100);
    expect(atOnce).toBeLessThanOrEqual(4);

    const sales = await folder.rows<Sale>('sales.ndjson');
    const named = sales.map((sale) => ({
      ...sale,
      name: Number(sale.product.slice(1)) >= 990 ? null : `Product ${sale.product.slice(1)}`,
    }));
    expect(await folder.rows('enriched.ndjson')).toEqual(named);
    expect(named).toContainEqual(expect.objectContaining({ name: null }));
  });

  test('an answer that another attempt would not change is not asked for again', async () => {
    let requests = 0;
    server = await serve((_request, response) => {
      requests += 1;
      response.writeHead(404).end();
    });
    const [sales, out] = [join(folder.path(), 'sales.ndjson'), join(folder.path(), 'out.ndjson')];
    await makeSales(sales, 10);
    await expect(enrichment.run({ sales, products: server.url, out, perSecond: 100 })).rejects.toThrow('answered 404');
    expect(requests).toBe(1);
  });
});
