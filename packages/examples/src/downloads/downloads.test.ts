import { afterEach, describe, expect, test } from '@jest/globals';
import { type LocalServer, serve } from '../runner/local-server.js';
import { rendezvous } from '../runner/rendezvous.fixture.js';
import { shortRun } from '../runner/short-run.fixture.js';
import { downloads } from './pipeline.js';

describe('downloads', () => {
  let server: LocalServer | undefined;
  afterEach(() => server?.close());

  test('both are under way at the same time: a server that answers only when it has both requests is answered for', async () => {
    const both = rendezvous(2);
    server = await serve(async (request, response) => {
      await both();
      response.end(request.url);
    });
    const urls = [`${server.url}/first`, `${server.url}/2nd`];
    const got: number[] = [];
    for await (const { bytes } of downloads.iterate({ urls })) got.push(bytes);
    expect(got).toEqual([6, 4]);
  });

  test('a server that refuses fails the run, and says which page', async () => {
    server = await serve((_request, response) => void response.writeHead(503).end());
    await expect(downloads.run({ urls: [`${server.url}/x`] })).rejects.toThrow(`${server.url}/x answered 503`);
  });

  test('the command tells the sizes in order', async () => {
    const lines = await shortRun('downloads');
    expect(lines.slice(0, 2)).toEqual(['/file-1: 1000 bytes', '/file-2: 1000 bytes']);
    expect(lines[2]).toMatch(/^2 × 0\.005 s of waiting took/);
  });
});
