import { afterEach, describe, expect, test } from '@jest/globals';
import { http } from '@millrace/connectors';
import { flow, pipeline } from '@millrace/core';
import { rejection } from '../file/folder.fixture.js';
import { ordersAfter, taxes } from './pipeline.fixture.js';
import { json, status, TestServer, until } from './server.fixture.js';

let server: TestServer;
afterEach(() => server.close());

const pageAt = (path: string) => ordersAfter(Number(new URL(path, server.origin).searchParams.get('after') ?? 0));

interface Tax {
  readonly id: number;
  readonly tax: number;
}

describe('a whole pipeline, http → cpu → http', () => {
  test('brings each item once to a server that fails, is slow, and knows batches again', async () => {
    const batches = new Map<string, readonly Tax[]>();
    let posts = 0;
    server = await TestServer.start(({ method, path, headers, body }, response) => {
      if (method === 'GET') return json(response, pageAt(path));
      const { taxes: batch } = JSON.parse(body) as { readonly taxes: readonly Tax[] };
      posts += 1;
      const bad = batch.findIndex(({ id }) => id === 500);
      if (bad !== -1) return json(response, { errors: [{ index: bad, reason: 'no tax for 500' }] });
      batches.set(String(headers['idempotency-key']), batch);
      // Each third one was taken, and the answer is lost.
      if (posts % 3 === 0) response.destroy();
      else if (posts % 5 === 0) status(response, 429, { 'retry-after': '0' });
      else status(response, 202);
    });
    const report = await taxes.run({ origin: server.origin }, { workers: 2 });
    expect(report).toMatchObject({ outcome: 'completed', read: 1000, delivered: 999 });
    expect(report.stages.at(-1)).toMatchObject({ name: 'http (sink)', skipped: 1 });
    const ids = [...batches.values()].flat().map(({ id }) => id);
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1).filter((id) => id !== 500));
    expect([...batches.values()].flat().every(({ id, tax }) => tax === id * 2)).toBe(true);
  });

  test('that fails says at which stage, and which request', async () => {
    server = await TestServer.start(({ path }, response) =>
      path.includes('after') ? status(response, 404, {}, 'gone') : json(response, ordersAfter(0)),
    );
    const error = await rejection(taxes.run({ origin: server.origin }, { workers: 0 }));
    expect(error).toMatchObject({ code: 'ERR_STAGE', stage: 'http', cause: { code: 'ERR_HTTP', status: 404, body: 'gone' } });
    expect(String(error)).toContain(`GET ${server.origin}/orders?after=100: the server answers 404 Not Found`);
  });

  test('that is cancelled lets go of the server at once', async () => {
    server = await TestServer.start(({ method, path }, response) => {
      if (method === 'GET') json(response, pageAt(path));
    });
    const run = taxes.start({ origin: server.origin }, { workers: 0 });
    await until(() => server.requests.some(({ method }) => method === 'POST'));
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED', cause: 'enough' });
    await until(() => server.cut > 0);
  });
});

describe('a run whose sink is told to wait', () => {
  test('rests for as long as Retry-After says, by the retry of the sink', async () => {
    let refusals = 0;
    server = await TestServer.start((_, response) => {
      if (refusals > 0) return status(response, 200);
      refusals += 1;
      status(response, 429, { 'retry-after': '1' });
    });
    const { origin } = server;
    const made = pipeline({ url: import.meta.url }, 'resting', (_: undefined) =>
      flow([1, 2]).to(http.write(origin, { retry: { attempts: 1 } }), { retry: { attempts: 2, delayMs: 0 } }),
    );
    const report = await made.run(undefined);
    expect(report.delivered).toBe(2);
    expect(server.requests.map(({ body }) => body)).toEqual(['[1,2]', '[1,2]']);
    expect(report.stages.at(-1)).toMatchObject({ retries: 1 });
  });
});
