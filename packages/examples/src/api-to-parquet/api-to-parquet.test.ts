import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readByDuck } from '../flights/oracle.fixture.js';
import { useFolder } from '../runner/folder.fixture.js';
import { shortRun } from '../runner/short-run.fixture.js';
import { makeOrders } from './orders-server.js';

const folder = useFolder();

test('all pages of the API are rows of the file, as another engine reads it; a page that was refused is asked for again', async () => {
  const [summary] = await shortRun('api-to-parquet', { folder: folder.path() });
  expect(summary).toMatch(/^250 read, 250 delivered, dead letters: 0\. /);

  const rows = await readByDuck(join(folder.path(), 'orders.parquet'));
  const shown = rows.map(({ id, customer, country, ordered_at, items, total, coupon }) => [
    ...[Number(id), customer, country, new Date(ordered_at as Date).toISOString(), items, Number(total).toFixed(2), coupon],
  ]);
  const expected = makeOrders(250).map(({ id, customer, lines, orderedAt, coupon }) => [
    ...[id, customer.name, customer.country, orderedAt],
    lines.map(({ count }) => count).reduce((a, b) => a + b),
    lines
      .map(({ count, price }) => count * Number(price))
      .reduce((a, b) => a + b)
      .toFixed(2),
    coupon,
  ]);
  expect(shown).toEqual(expected);
});
