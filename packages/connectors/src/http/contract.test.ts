import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { http } from '@millrace/connectors';
import { type ContractCheck, sinkContract, sourceContract } from '@millrace/connectors/testing';
import { json, status, TestServer } from './server.fixture.js';

let server: TestServer;
const batches: unknown[][] = [];
const rows = [1, 2, 3, 4, 5].map((id) => ({ id }));
const linesOf = (items: readonly unknown[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('');

beforeAll(async () => {
  server = await TestServer.start(({ method, path, body }, response) => {
    const { pathname, searchParams } = new URL(path, server.origin);
    const page = Number(searchParams.get('page') ?? 1);
    if (pathname === '/gone') return status(response, 410);
    if (method === 'HEAD') return status(response, 200);
    if (pathname === '/pages') return json(response, rows.slice(page * 2 - 2, page * 2));
    if (pathname === '/lines') return response.end(linesOf(rows));
    if (pathname === '/bad') return page === 1 ? json(response, rows) : response.end('[1,\n2 3]');
    if (pathname === '/badLines') return response.end(`${linesOf(rows)}{oops\n`);
    if (pathname === '/long') return json(response, Array(2000).fill(page));
    if (pathname === '/in') {
      batches.push(JSON.parse(body));
      return status(response, 201);
    }
    response.writeHead(200);
    response.write(pathname === '/waitingLines' ? linesOf(rows) : '[');
  });
});
afterAll(() => server.close());

const counted = { pages: { counter: { param: 'page' } } } as const;
const at = (path: string, options?: Parameters<typeof http.read>[1]) => () =>
  http.read<unknown>(`${server.origin}${path}`, options);
const openHandles = () => server.open;
const run = (checks: readonly ContractCheck[]) => {
  for (const { name, run } of checks) test(name, run);
};

describe('the contract of connectors', () => {
  run(
    sourceContract<unknown>({
      name: 'http.read of json',
      source: at('/pages', counted),
      expected: rows,
      corrupt: { source: at('/bad', counted), before: rows, origin: /\/bad\?page=2:2:3$/ },
      missing: at('/gone'),
      waiting: { source: at('/waiting'), before: [] },
      // Pages of 2000 items: the one that is read, and the one behind it.
      long: {
        source: at('/long', counted),
        taken: () => server.paths.filter((path) => path.startsWith('/long')).length,
        atMost: 2,
      },
      openHandles,
    }),
  );

  run(
    sourceContract<unknown>({
      name: 'http.read of ndjson',
      source: at('/lines', { format: 'ndjson' }),
      expected: rows,
      corrupt: { source: at('/badLines', { format: 'ndjson' }), before: rows, origin: /\/badLines:6:2$/ },
      missing: at('/gone', { format: 'ndjson' }),
      waiting: { source: at('/waitingLines', { format: 'ndjson' }), before: rows },
      openHandles,
    }),
  );

  run(
    sinkContract<unknown>({
      name: 'http.write',
      sink: () => http.write(`${server.origin}/in`),
      items: rows,
      written: async () => (batches.length === 0 ? undefined : batches.flat()),
      reset: () => {
        batches.length = 0;
      },
      visibleAt: 'write',
      bad: 1n,
      openHandles,
    }),
  );
});
