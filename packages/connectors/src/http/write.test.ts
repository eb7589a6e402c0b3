import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { http, ItemError } from '@millrace/connectors';
import { live, rejection, writeSink } from '../file/folder.fixture.js';
import { HttpError } from './http-error.js';
import { LeapingTime, StoppedTime, status, TestServer, until } from './server.fixture.js';
import type { Timing } from './timing.js';
import { writeBy } from './write.js';
import type { HttpWriteOptions } from './write-options.js';

let server: TestServer;
afterEach(() => server.close());

type Respond = Parameters<typeof TestServer.start>[0];
const taken: Respond = (_, response) => status(response, 201, {}, 'thanks');
const refuse =
  (code: number, headers?: Readonly<Record<string, string>>, text?: string): Respond =>
  (_, response) =>
    status(response, code, headers, text);
const hangUp: Respond = (_, response) => response.destroy();

/** Answers number 1, 2, … of the server are these; the last one is repeated. */
async function answers(...respond: Respond[]): Promise<void> {
  server = await TestServer.start((request, response, message) => {
    respond[Math.min(server.requests.length, respond.length) - 1]!(request, response, message);
  });
}
const bodies = () => server.requests.map(({ body }) => body);
const keys = () => server.requests.map(({ headers }) => headers['idempotency-key']);
const context = { signal: live() };
const opened = (options?: HttpWriteOptions, time: Timing = new LeapingTime()) =>
  writeBy(time, `${server.origin}/in`, options).open(context);

describe('a batch', () => {
  test('is one request with a list of JSON', async () => {
    await answers(taken);
    await writeSink(http.write(`${server.origin}/in?a=1`), [{ id: 1 }, 'two', null], [], [3]);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/in?a=1',
      headers: { 'content-type': 'application/json' },
      body: '[{"id":1},"two",null]',
    });
    expect(server.requests[0]!.headers).not.toHaveProperty('idempotency-key');
    expect(bodies()[1]).toBe('[3]');
  });

  test('may be wrapped, be NDJSON, and go by another method, query and headers', async () => {
    await answers(taken);
    const url = `${server.origin}/in`;
    await writeSink(http.write(url, { wrap: 'my "events"', method: 'PUT', query: { b: 2 }, headers: { 'x-key': 'k' } }), [1, 2]);
    await writeSink(http.write(url, { body: 'ndjson', method: 'PATCH' }), [{ a: 'x\ny' }, 2]);
    await writeSink(http.write(url, { body: 'ndjson', headers: { 'Content-Type': 'text/x' } }), [1]);
    expect(server.requests).toMatchObject([
      { method: 'PUT', path: '/in?b=2', headers: { 'x-key': 'k' }, body: '{"my \\"events\\"":[1,2]}' },
      { method: 'PATCH', path: '/in', headers: { 'content-type': 'application/x-ndjson' }, body: '{"a":"x\\ny"}\n2\n' },
      { method: 'POST', headers: { 'content-type': 'text/x' } },
    ]);
  });

  test('with an item that is no JSON is not sent, and the item is named', async () => {
    await answers(taken);
    const writer = await opened();
    for (const bad of [undefined, 1n, () => 1]) {
      const error = await rejection(writer.write([1, bad, 2], context));
      expect(error).toBeInstanceOf(ItemError);
      expect(error).toMatchObject({ code: 'ERR_ITEM', index: 1 });
    }
    expect(server.requests).toEqual([]);
    await writer.write([1, 2], context);
    expect(bodies()).toEqual(['[1,2]']);
  });

  test('has bigints as bigIntegers says', async () => {
    await answers(taken);
    await writeSink(http.write(server.origin, { bigIntegers: 'number' }), [2n ** 64n]);
    await writeSink(http.write(server.origin, { bigIntegers: 'string' }), [2n ** 64n]);
    expect(bodies()).toEqual(['[18446744073709551616]', '["18446744073709551616"]']);
  });

  test('commit and abort send nothing', async () => {
    await answers(taken);
    await (await opened()).commit();
    await (await opened()).abort('why');
    expect(server.requests).toEqual([]);
  });

  test('goes by a connection that was used before', async () => {
    await answers(taken);
    await writeSink(http.write(server.origin), ...Array.from({ length: 20 }, (_, index) => [index]));
    expect(server.requests).toHaveLength(20);
    expect(await server.connections()).toBeLessThanOrEqual(2);
  });
});

describe('a batch that fails', () => {
  test.each([
    ['429', refuse(429)],
    ['502', refuse(502)],
    ['a connection that is hung up', hangUp],
  ])('is sent again after %s', async (_, bad) => {
    await answers(bad, bad, taken);
    const time = new LeapingTime();
    await (await opened({}, time)).write([1, 2], context);
    expect(bodies()).toEqual(['[1,2]', '[1,2]', '[1,2]']);
    expect(time.waits).toEqual([200, 400]);
  });

  test.each<[string, HttpWriteOptions]>([
    ['PUT', { method: 'PUT' }],
    ['POST with a key', { idempotencyKey: true }],
  ])('%s is sent again at once, without an attempt, when the server closes a kept connection', async (_, options) => {
    await answers(taken, hangUp, taken);
    const time = new LeapingTime();
    const writer = await opened({ ...options, retry: { attempts: 1 } }, time);
    await writer.write([1], context);
    await writer.write([2], context);
    expect(bodies()).toEqual(['[1]', '[2]', '[2]']);
    expect(time.waits).toEqual([]);
    const [, first, second] = keys();
    expect(second).toBe(first);
  });

  test('is sent again at once no more than once, and by a new connection', async () => {
    await answers(taken, hangUp, hangUp);
    const writer = await opened({ method: 'PUT', retry: { attempts: 1 } });
    await writer.write([1], context);
    expect(await rejection(writer.write([2], context))).toMatchObject({
      attempts: 1,
      message: expect.stringContaining('cannot be reached'),
    });
    expect(server.requests).toHaveLength(3);
  });

  test('POST is not sent again when the server closes a kept connection, and the error says how it would be', async () => {
    await answers(taken, hangUp, taken);
    const writer = await opened({ retry: { attempts: 1 } });
    await writer.write([1], context);
    expect(await rejection(writer.write([2], context))).toMatchObject({
      attempts: 1,
      message: expect.stringMatching(/closed a connection that was kept.*not known; .*"retry.attempts".*"idempotency-key"/),
    });
    expect(bodies()).toEqual(['[1]', '[2]']);
  });

  test('is delivered when the status was good, and not sent again should the answer break off then', async () => {
    await answers((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => response.destroy());
    });
    await (await opened()).write([1], context);
    expect(server.requests).toHaveLength(1);
  });

  test('for good says what the server said, and for how long to rest', async () => {
    await answers(refuse(503, { 'retry-after': '4' }, 'later'));
    const error = await rejection((await opened({ retry: { attempts: 2 } })).write([1], context));
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({
      method: 'POST',
      status: 503,
      attempts: 2,
      retryAfterMs: 4000,
      body: 'later',
      index: undefined,
    });
  });

  test('is not sent again when the server refuses it', async () => {
    await answers(refuse(422, {}, 'bad rows'));
    expect(await rejection((await opened()).write([1], context))).toMatchObject({ status: 422, attempts: 1, body: 'bad rows' });
    expect(server.requests).toHaveLength(1);
  });

  test('tells no secret', async () => {
    await answers(({ headers, path }, response) =>
      status(response, 400, {}, `${headers.authorization} ${headers['x-key']} ${path}`),
    );
    const options = { headers: { authorization: 'Basic dXNlcjpwYXNz', 'x-key': 'k-123456' }, query: { token: 't0ken-1' } };
    const error = await rejection((await opened(options)).write([1], context));
    expect(error).toMatchObject({ body: '*** *** /in?token=***' });
    const told = inspect(error, { depth: 10, showHidden: true });
    for (const secret of ['dXNlcjpwYXNz', 'k-123456', 't0ken-1']) expect(told).not.toContain(secret);
  });
});

describe('a redirect', () => {
  const led = async (code: number, location: string, then: Respond = taken): Promise<void> => {
    server = await TestServer.start((request, response, message) => {
      if (request.path === '/in') status(response, code, { location }, 'elsewhere');
      else then(request, response, message);
    });
  };

  test.each([301, 302, 307, 308].flatMap((code) => (['POST', 'PUT', 'PATCH'] as const).map((method) => [code, method] as const)))(
    'by %i to a %s is followed with method, batch and headers',
    async (code, method) => {
      await led(code, '/in/');
      const options = { method, headers: { 'x-api-key': 'k-1234' }, idempotencyKey: true };
      await (await opened(options)).write([1, 2], context);
      const same = { method, body: '[1,2]', headers: { 'x-api-key': 'k-1234', 'content-type': 'application/json' } };
      expect(server.requests).toMatchObject([
        { ...same, path: '/in' },
        { ...same, path: '/in/' },
      ]);
      expect(keys()[0]).toBeDefined();
      expect(keys()[1]).toBe(keys()[0]);
    },
  );

  test.each([301, 302, 307, 308])('by %i to another origin takes the batch there, and no declared header', async (code) => {
    const other = await TestServer.start(taken);
    try {
      await led(code, `${other.origin}/there`);
      await (await opened({ headers: { authorization: 'Bearer s3cr3t', 'x-api-key': 'k-1234' } })).write([1], context);
      expect(other.requests).toMatchObject([
        { method: 'POST', path: '/there', body: '[1]', headers: { 'content-type': 'application/json' } },
      ]);
      for (const name of ['authorization', 'x-api-key']) expect(other.requests[0]!.headers).not.toHaveProperty(name);
    } finally {
      await other.close();
    }
  });

  test.each([301, 302])('by %i to what takes no batch is an error', async (code) => {
    await led(code, '/login', ({ method }, response) => status(response, method === 'GET' ? 200 : 405));
    const error = await rejection((await opened()).write([1], context));
    expect(error).toMatchObject({ code: 'ERR_HTTP', status: 405, attempts: 1 });
    expect(server.paths).toEqual(['/in', '/login']);
  });

  test('by 303, which does not say whether the batch was taken, is an error that tells where it leads, and not followed', async () => {
    await led(303, '/login?token=s3cr3t');
    for (const options of [{}, { errorsAt: 'errors' }]) {
      const error = await rejection((await opened(options)).write([1], context));
      expect(error).toBeInstanceOf(HttpError);
      expect(error).toMatchObject({ status: 303, attempts: 1, body: 'elsewhere' });
      expect(String(error)).toContain(
        `the server answers 303 See Other, which does not say whether it took the body, and leads to ${server.origin}/login?token=***; give`,
      );
    }
    expect(server.paths).toEqual(['/in', '/in']);
  });

  test('leaves the check as it is', async () => {
    for (const code of [301, 302, 303, 307, 308]) {
      await led(code, '/in/');
      await http.write(`${server.origin}/in`).check!(context);
      expect(server.requests.map(({ method, path }) => [method, path])).toEqual([
        ['HEAD', '/in'],
        ['HEAD', '/in/'],
      ]);
      await server.close();
    }
  });
});

describe('a rate', () => {
  test('holds for batches that are under way at once', async () => {
    await answers(taken);
    const time = new StoppedTime();
    const writer = await opened({ rate: { limit: 2, perMs: 1000 }, timeoutMs: 99_000 }, time);
    const writes = [1, 2, 3].map((item) => writer.write([item], context));
    await Promise.all(writes.slice(0, 2));
    expect(server.requests).toHaveLength(2);
    expect(time.pending).toEqual([1000]);
    time.advance(1000);
    await Promise.all(writes);
    expect(bodies().sort()).toEqual(['[1]', '[2]', '[3]']);
  });
});

describe('a cancel', () => {
  test('ends a request under way, and the server sees its connection close', async () => {
    await answers(() => {});
    const controller = new AbortController();
    const pending = (await opened()).write([1], { signal: controller.signal });
    await until(() => server.requests.length === 1);
    controller.abort('enough');
    expect(await rejection(pending)).toBe('enough');
    await until(() => server.cut === 1);
  });

  test('ends the wait for another attempt', async () => {
    await answers(refuse(429, { 'retry-after': '50' }));
    const controller = new AbortController();
    const time = new StoppedTime();
    const pending = (await opened({}, time)).write([1], { signal: controller.signal });
    await until(() => time.pending.includes(50_000));
    controller.abort('enough');
    expect(await rejection(pending)).toBe('enough');
    expect(time.pending).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test('before the opening and before a write sends nothing', async () => {
    await answers(taken);
    const signal = AbortSignal.abort('never');
    expect(await rejection(http.write(server.origin).open({ signal }))).toBe('never');
    expect(await rejection((await opened()).write([1], { signal }))).toBe('never');
    expect(server.requests).toEqual([]);
  });
});

describe('idempotency keys', () => {
  test('are the same for all attempts of a batch, and for the batch when it is written again', async () => {
    await answers(refuse(500), refuse(500), taken);
    const writer = await opened({ idempotencyKey: true, retry: { attempts: 2 } });
    await rejection(writer.write([1], context));
    await writer.write([1], context);
    expect(keys()).toHaveLength(3);
    expect(keys()[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(keys()).size).toBe(1);
  });

  test('differ between batches, those of the same content too', async () => {
    await answers(taken);
    const writer = await opened({ idempotencyKey: true });
    for (const item of [1, 2, 1]) await writer.write([item], context);
    expect(new Set(keys()).size).toBe(3);
  });
});

describe('items that the server refuses', () => {
  const errors = (...list: unknown[]) => JSON.stringify({ result: { errors: list } });
  const options: HttpWriteOptions = { errorsAt: 'result.errors' };
  const written = async () => rejection((await opened(options)).write(['a', 'b', 'c', 'd'], context));

  test.each([200, 207, 400, 422])('with status %i are named by the first index', async (code) => {
    await answers(refuse(code, {}, errors({ index: 3, why: 'no d' }, { index: 1, why: 'no b' })));
    const error = await written();
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ code: 'ERR_HTTP', status: code, index: 1, attempts: 1 });
    expect(String(error)).toContain('no b');
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['an empty list', errors()],
    ['none', '{"result":{}}'],
    ['null', '{"result":{"errors":null}}'],
    ['no body', ''],
  ])('there are none with %s', async (_, text) => {
    await answers(refuse(200, {}, text));
    await (await opened(options)).write([1], context);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['out of the batch', errors({ index: 4 }, { index: -1 }, { index: '1' }), 'refuses items (3), and does not tell which'],
    [
      'that are no list',
      '{"result":{"errors":{"a":1}}}',
      '"result.errors" (errorsAt) in the answer is an object with "a": it must be a list',
    ],
    ['in what is no JSON', '<ok>', 'the answer is no JSON, so that "result.errors" (errorsAt) cannot be seen in it'],
  ])('%s fail the batch without an index', async (_, text, problem) => {
    await answers(refuse(200, {}, text));
    const error = await written();
    expect(error).toMatchObject({ code: 'ERR_HTTP', status: 200, index: undefined });
    expect(String(error)).toContain(problem);
  });

  test('are not looked for without errorsAt', async () => {
    await answers(refuse(200, {}, errors({ index: 1 })));
    await (await opened()).write([1, 2], context);
    expect(server.requests).toHaveLength(1);
  });
});

describe('the check', () => {
  const check = async () => http.write(server.origin, { headers: { 'x-key': 'k' } }).check?.(context);

  test.each([200, 204, 400, 404, 405, 501])('passes with %i, and sends no batch', async (code) => {
    await answers(refuse(code));
    await check();
    expect(server.requests).toMatchObject([{ method: 'HEAD', headers: { 'x-key': 'k' } }]);
  });

  test.each([401, 403, 500, 503])('fails with %i', async (code) => {
    await answers(refuse(code));
    expect(await rejection(check())).toMatchObject({ code: 'ERR_HTTP', status: code, attempts: 1 });
  });

  test('fails when the server cannot be reached', async () => {
    await answers(taken);
    const { origin } = server;
    await server.close();
    const error = await rejection(http.write(origin).check!(context));
    expect(error).toMatchObject({ code: 'ERR_HTTP', status: undefined });
  });
});
