import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { describeWithPostgres } from '../../../connectors/dist/postgres/with-server.fixture.js';
import { useFolder } from '../runner/folder.fixture.js';
import { shortRun } from '../runner/short-run.fixture.js';
import { importStock, table } from './pipeline.js';

const folder = useFolder();

describeWithPostgres('the import into PostgreSQL', (server) => {
  afterEach(() => server().query('DROP TABLE IF EXISTS millrace_stock'));

  const stock = (): Promise<object[]> =>
    server().query('SELECT sku, pieces, extract(day FROM counted_at)::int AS day FROM millrace_stock');

  test('a second import of the same file changes nothing; the next day brings rows up to date, and adds the new', async () => {
    const lines = await shortRun('postgres-import', { url: server().url, folder: folder.path() });
    expect(lines.filter((line) => /^100 read, 100 delivered, dead letters: 0/.test(line))).toHaveLength(3);
    const tables = lines.flatMap((line) => /the table has (.*)/.exec(line)?.[1] ?? []);

    // By day 2: SKUs 0 to 9 as on day 1, 10 to 109 with day 2's pieces.
    const expected = Array.from({ length: 110 }, (_, sku) => ({
      sku: `sku-${sku}`,
      pieces: sku < 10 ? sku : (sku * 2) % 100,
      day: sku < 10 ? 1 : 2,
    }));
    const pieces = expected.reduce((sum, row) => sum + row.pieces, 0);
    expect(tables).toEqual(['100 rows, 4950 pieces', '100 rows, 4950 pieces', `110 rows, ${pieces} pieces`]);
    const found = await stock();
    expect(found).toHaveLength(110);
    expect(found).toEqual(expect.arrayContaining(expected));
  });

  test('an import that fails leaves the table as it was, and is made again when the file is mended', async () => {
    await server().query(`${table}; INSERT INTO millrace_stock VALUES ('old', 'Bremen', 7, '2026-11-01T06:00:00Z')`);
    const file = join(folder.path(), 'stock.csv');
    const rows = (pieces: number) =>
      `sku,warehouse,pieces,counted_at\nold,Bremen,8,2026-11-02T06:00:00Z\nnew,Osaka,${pieces},2026-11-02T06:00:00Z\n`;

    await writeFile(file, rows(-1));
    await expect(importStock.run({ stock: file, url: server().url })).rejects.toThrow('violates check constraint');
    expect(await stock()).toEqual([{ sku: 'old', pieces: 7, day: 1 }]);

    await writeFile(file, rows(1));
    await importStock.run({ stock: file, url: server().url });
    expect(await stock()).toEqual(
      expect.arrayContaining([
        { sku: 'old', pieces: 8, day: 2 },
        { sku: 'new', pieces: 1, day: 2 },
      ]),
    );
  });
});
