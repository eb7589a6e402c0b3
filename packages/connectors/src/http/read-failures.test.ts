import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readSource } from '../file/folder.fixture.js';
import { HttpError } from './http-error.js';
import { readBy } from './read.js';
import type { HttpReadOptions } from './read-options.js';
import { json, LeapingTime, status, TestServer } from './server.fixture.js';
import { systemTiming as realTime } from './timing.js';

let server: TestServer;
afterEach(() => server.close());

const read = (time: LeapingTime, path: string, options?: HttpReadOptions) =>
  readSource(readBy<unknown>(time, `${server.origin}${path}`, options));

/** Answers number 1, 2, … of the server are these; the last one is repeated. */
async function answers(...respond: Parameters<typeof TestServer.start>[0][]): Promise<void> {
  server = await TestServer.start((request, response, message) => {
    respond[Math.min(server.requests.length, respond.length) - 1]!(request, response, message);
  });
}
type Respond = Parameters<typeof TestServer.start>[0];
const good: Respond = (_, response) => json(response, ['good']);
const refuse =
  (code: number, headers?: Readonly<Record<string, string>>, text?: string): Respond =>
  (_, response) =>
    status(response, code, headers, text);
const reset: Respond = (_, response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('["half', () => response.destroy());
};
const hangUp: Respond = (_, response) => response.destroy();
const silent: Respond = () => {};

describe('a request that fails', () => {
  test.each([
    ['429', refuse(429)],
    ['408', refuse(408)],
    ['500', refuse(500)],
    ['503 with a body', refuse(503, {}, 'x'.repeat(100_000))],
    ['a connection that is hung up', hangUp],
    ['a reset in the midst of the body', reset],
  ])('is made again after %s', async (_, bad) => {
    const time = new LeapingTime();
    await answers(bad, bad, good);
    expect(await read(time, '/')).toMatchObject({ items: ['good'], error: undefined });
    expect(server.requests).toHaveLength(3);
    expect(time.waits).toEqual([200, 400]);
  });

  test('is made as often as retry says, and the error tells the last answer', async () => {
    const time = new LeapingTime();
    await answers(refuse(500, {}, 'first'), refuse(503, { 'retry-after': '9' }, 'busy\n  now'));
    const { error } = await read(time, '/x', { retry: { attempts: 4, delayMs: 100, factor: 3, maxDelayMs: 700 } });
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({
      code: 'ERR_HTTP',
      method: 'GET',
      status: 503,
      body: 'busy now',
      attempts: 4,
      retryAfterMs: 9000,
    });
    expect(error).toHaveProperty(
      'message',
      `GET ${server.origin}/x: the server answers 503 Service Unavailable, after 4 attempts; the body begins: "busy now"`,
    );
    expect(server.requests).toHaveLength(4);
    expect(time.waits).toEqual([100, 9000, 9000]);
  });

  test.each([400, 401, 403, 404, 410, 422])('is not made again after %i', async (code) => {
    await answers(refuse(code, { 'retry-after': '1' }, 'no'));
    const { error } = await read(new LeapingTime(), '/');
    expect(error).toMatchObject({ status: code, attempts: 1, retryAfterMs: undefined, body: 'no' });
    expect(server.requests).toHaveLength(1);
  });

  test('tells 200 characters of the body and no more', async () => {
    await answers(refuse(400, {}, 'é'.repeat(300)));
    expect((await read(new LeapingTime(), '/')).error).toMatchObject({ body: `${'é'.repeat(200)}…` });
  });

  test('when the server cannot be reached, tells why', async () => {
    await answers(good);
    const { origin } = server;
    await server.close();
    const time = new LeapingTime();
    const { error } = await readSource(readBy(time, origin, { retry: { attempts: 2 } }));
    expect(error).toMatchObject({ code: 'ERR_HTTP', status: undefined, attempts: 2 });
    expect(String(error)).toMatch(/the server cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:\d+, after 2 attempts$/);
    expect(time.waits).toEqual([200]);
  });

  test('when the server speaks no HTTP, says so', async () => {
    await answers((_, response) => response.socket?.end('220 mail.example ESMTP\r\n'));
    const { error } = await read(new LeapingTime(), '/', { retry: { attempts: 1 } });
    expect(String(error)).toContain('the server answers what is no HTTP: Parse Error');
  });

  test('in a page behind the first one, fails after the items before it', async () => {
    await answers((_, response) => json(response, ['one'], { link: '</2>; rel=next' }), refuse(500));
    const { items, error } = await read(new LeapingTime(), '/1', { pages: { link: true }, retry: { attempts: 2 } });
    expect(items).toEqual(['one']);
    expect(error).toMatchObject({ status: 500, url: `${server.origin}/2`, attempts: 2 });
  });
});

describe('Retry-After', () => {
  test.each([
    ['seconds', '7'],
    ['a date', 'Wed, 25 Nov 2026 12:00:07 GMT'],
  ])('is obeyed as %s', async (_, text) => {
    const time = new LeapingTime();
    await answers(refuse(429, { 'retry-after': text }), good);
    expect(await read(time, '/')).toMatchObject({ items: ['good'], error: undefined });
    expect(time.waits).toEqual([7000]);
  });

  test('that is shorter than the delay does not shorten it', async () => {
    const time = new LeapingTime();
    await answers(refuse(503, { 'retry-after': '0' }), good);
    await read(time, '/', { retry: { delayMs: 300 } });
    expect(time.waits).toEqual([300]);
  });

  test('beyond maxRetryAfterMs is an error that says so, and nothing is waited for', async () => {
    const time = new LeapingTime();
    await answers(refuse(429, { 'retry-after': '3600' }));
    const { error } = await read(time, '/');
    expect(error).toMatchObject({ status: 429, attempts: 1, retryAfterMs: 3_600_000 });
    expect(String(error)).toContain('asks to wait 3600 s, more than retry.maxRetryAfterMs allows (60000 ms)');
    expect(time.waits).toEqual([]);
    await server.close();
    await answers(refuse(429, { 'retry-after': '3600' }), good);
    expect(await read(time, '/', { retry: { maxRetryAfterMs: 3_600_000 } })).toMatchObject({ items: ['good'] });
    expect(time.waits).toEqual([3_600_000]);
  });
});

describe('a rate', () => {
  test('spaces the requests, further attempts too', async () => {
    const time = new LeapingTime();
    await answers(refuse(500), (_, response) => json(response, [1], { link: '</2>; rel=next' }), good);
    const options: HttpReadOptions = { rate: { limit: 1, perMs: 5000 }, retry: { delayMs: 1000 }, pages: { link: true } };
    expect(await read(time, '/', options)).toMatchObject({ items: [1, 'good'], error: undefined });
    // The delay of the retry is a part of the time between the two attempts.
    expect(time.waits).toEqual([1000, 4000, 5000]);
  });
});

describe('silence', () => {
  test.each([
    ['before the answer', silent],
    [
      'in the midst of the body',
      (_, response) => {
        response.writeHead(200);
        response.write('[1,');
      },
    ],
  ] satisfies [string, Respond][])('%s fails the attempt after timeoutMs', async (_, quiet) => {
    const time = new LeapingTime();
    await answers(quiet);
    const { error } = await read(new LeapingTime('fires'), '/', { retry: { attempts: 2, delayMs: 0 } });
    expect(error).toMatchObject({ code: 'ERR_HTTP', attempts: 2, status: undefined });
    expect(String(error)).toContain('no sign of the server for 30000 ms, which is what timeoutMs allows, after 2 attempts');
    expect(time.waits).toEqual([]);
  });

  test('of one attempt is got past by the next, on real time', async () => {
    const first: Respond = (_, response) => {
      response.writeHead(200);
      response.write('[');
    };
    await answers(silent, first, good);
    const { items, error } = await readSource(
      readBy(realTime, server.origin, { timeoutMs: 100, retry: { attempts: 9, delayMs: 1 } }),
    );
    expect(error).toBeUndefined();
    expect(items).toEqual(['good']);
  });
});

describe('a body', () => {
  const serve = async (text: string | Buffer, type = 'application/json'): Promise<void> =>
    answers((_, response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(text);
    });

  test.each([
    ['[1,2', 1, 5, 'Expected|Unexpected end'],
    ['', 1, 1, 'Unexpected end'],
    ['<html>\n<p>Log in</p>', 1, 1, 'Unexpected token'],
    ['{"a": 1,\n "b": 2 3}', 2, 9, 'Expected'],
    ['[1,\n2 3]', 2, 3, 'Expected'],
  ])('that is no JSON, %j, is an error with its place, and not asked for again', async (text, line, column, why) => {
    await serve(text);
    const { error } = await read(new LeapingTime(), '/x?key=abcdef');
    expect(error).toMatchObject({ code: 'ERR_MALFORMED_DATA', file: `${server.origin}/x?key=***`, line });
    expect(String(error)).toMatch(new RegExp(`the body is no JSON: .*(${why})`));
    // Where V8 tells no position, the place is the start of the body.
    expect([column, 1]).toContain((error as { column: number }).column);
    expect(server.requests).toHaveLength(1);
  });

  test('with a whole number that would lose digits is an error at its place, unless bigIntegers says what it becomes', async () => {
    const text = '[{"id": "9007199254740993"},\n {"id": 9007199254740993}]';
    await serve(text);
    const { items, error } = await read(new LeapingTime(), '/');
    expect(items).toEqual([]);
    expect(error).toMatchObject({ code: 'ERR_MALFORMED_DATA', line: 2, column: 9 });
    expect(String(error)).toContain('the option "bigIntegers"');
    for (const format of ['json', 'ndjson'] as const) {
      await server.close();
      await serve(format === 'json' ? text : text.replaceAll(/[[\],]/g, ''));
      for (const [bigIntegers, id] of [
        ['bigint', 9007199254740993n],
        ['string', '9007199254740993'],
        ['number', 9007199254740992],
      ] as const) {
        const reading = await read(new LeapingTime(), '/', { format, bigIntegers });
        expect(reading).toMatchObject({ items: [{ id: '9007199254740993' }, { id }], error: undefined });
      }
    }
  });

  test('that is no UTF-8 is an error', async () => {
    await serve(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]));
    expect(String((await read(new LeapingTime(), '/')).error)).toContain('the body is no JSON: it is not valid UTF-8');
  });

  test.each([
    [
      '{"data":{"rows":[1]}}',
      'data.items',
      'there must be a list at "data.items", and there is nothing; the body is an object with "data"',
    ],
    ['{"data":{"rows":"x"}}', 'data.rows', 'there must be a list at "data.rows", and there is a string'],
    ['{"data":[1]}', undefined, 'the body must be a list, and there is an object with "data"; the option "items" says where'],
    ['{}', '__proto__.x', 'there must be a list at "__proto__.x", and there is nothing; the body is an object without members'],
    ['null', undefined, 'the body must be a list, and there is null'],
  ])('without the list, %s, is an error that tells what there is', async (text, items, problem) => {
    await serve(text);
    const { error } = await read(new LeapingTime(), '/', { items });
    expect(error).toMatchObject({ code: 'ERR_MALFORMED_DATA' });
    expect(String(error)).toContain(problem);
  });

  const endless: Respond = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      if (!response.destroyed) response.write('"x",\n'.repeat(1000), () => setImmediate(more));
    };
    response.write('[', more);
  };

  test.each(['json', 'ndjson'] as const)('of %s that never ends is an error at maxBytes, and let go of', async (format) => {
    await answers(format === 'json' ? endless : (...args) => endless(...args));
    const options = { format, maxBytes: 100_000 };
    const { error } = await read(new LeapingTime(), '/', format === 'json' ? options : { ...options, format: 'lines' });
    expect(error).toMatchObject({ code: 'ERR_HTTP', attempts: 1 });
    expect(String(error)).toContain('the body is longer than 100000 bytes, which is what maxBytes allows');
    expect(server.requests).toHaveLength(1);
  });

  test('of exactly maxBytes is read', async () => {
    await serve('["12345"]');
    expect(await read(new LeapingTime(), '/', { maxBytes: 9 })).toMatchObject({ items: ['12345'], error: undefined });
    expect(String((await read(new LeapingTime(), '/', { maxBytes: 8 })).error)).toContain('longer than 8 bytes');
  });

  test('that was packed is counted unpacked', async () => {
    const big = JSON.stringify(Array.from({ length: 1 }, () => 'x'.repeat(1_000_000)));
    await answers((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(big));
    });
    expect(String((await read(new LeapingTime(), '/', { maxBytes: 10_000 })).error)).toContain('longer than 10000 bytes');
    await server.close();
    await serve(gzipSync('x\n'.repeat(100_000)), 'application/gzip');
    const { error } = await read(new LeapingTime(), '/', { format: 'lines', maxBytes: 10_000 });
    expect(String(error)).toContain('longer than 10000 bytes');
  });

  test('of a format that streams and breaks off is an error after its items, and not asked for again', async () => {
    await answers((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"a":1}\n{"a":', () => response.destroy());
    });
    const { items, error } = await read(new LeapingTime(), '/', { format: 'ndjson' });
    expect(items).toEqual([{ a: 1 }]);
    expect(error).toMatchObject({ code: 'ERR_HTTP', method: 'GET', url: `${server.origin}/` });
    expect(String(error)).toContain('the body broke off');
    expect(server.requests).toHaveLength(1);
  });
});

describe('no error tells a secret', () => {
  const secrets = ['s3cr3t-token', 'k-123456', 'p4ram-value', 'qu3ry-value'];
  const options: HttpReadOptions = {
    headers: { authorization: 'Bearer s3cr3t-token', 'x-api-key': 'k-123456' },
    query: { apikey: 'qu3ry-value' },
    retry: { attempts: 1 },
  };

  test.each([
    ['a refusal that sends them back', refuse(400, {}, secrets.join(' '))],
    ['a body that is no JSON', (_, response) => response.end(`[${secrets.join(' ')}`)],
    ['a body without the list', (_, response) => json(response, { [secrets[0]!]: secrets[1] })],
    ['a reset', reset],
    ['a hang-up', hangUp],
    ['a redirect that leads nowhere', refuse(302, { location: `ftp://${secrets[0]}@x/${secrets[1]}` })],
    ['a circle', (_, response) => json(response, [], { link: `<?sig=${secrets[2]}&apikey=${secrets[3]}>; rel=next` })],
  ] satisfies [string, Respond][])('%s', async (_, bad) => {
    await answers(bad);
    const { error } = await read(new LeapingTime(), '/x?access_token=p4ram-value', { ...options, pages: { link: true } });
    expect(error).toBeInstanceOf(Error);
    const told = inspect(error, { depth: 10, showHidden: true });
    for (const secret of secrets) expect(told).not.toContain(secret);
  });
});
