import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { http } from '@millrace/connectors';
import { live, readSource, rejection } from '../file/folder.fixture.js';
import type { HttpReadOptions } from './read-options.js';
import { type Got, json, status, TestServer } from './server.fixture.js';

let server: TestServer;
afterEach(() => server.close());

/** A server with pages 1 to `last` of two items each, told by the query `page`. */
async function pagesUpTo(last: number, more: (page: number, origin: string) => object, headers = linkTo): Promise<void> {
  server = await TestServer.start(({ path }, response) => {
    const page = Number(new URL(path, server.origin).searchParams.get('page') ?? 1);
    const items = page > last ? [] : [page * 10, page * 10 + 1];
    json(response, { data: { items }, ...more(page, server.origin) }, headers(page, last));
  });
}
const linkTo = (_page: number, _last: number): Record<string, string> => ({});
const all = [10, 11, 20, 21, 30, 31];
const read = (path: string, options?: HttpReadOptions) => readSource(http.read<unknown>(`${server.origin}${path}`, options));

describe('pages of JSON', () => {
  test('by a cursor in the body that goes into the query', async () => {
    await pagesUpTo(3, (page) => ({ meta: page < 3 ? { next: page + 1 } : {} }));
    const reading = await read('/orders?size=2', {
      items: 'data.items',
      pages: { cursor: { from: 'meta.next', param: 'page' } },
    });
    expect(reading).toMatchObject({ items: all, error: undefined });
    expect(server.paths).toEqual(['/orders?size=2', '/orders?size=2&page=2', '/orders?size=2&page=3']);
    expect([0, 1, 2, 5].map(reading.origin)).toEqual([
      `${server.origin}/orders?size=***#0`,
      `${server.origin}/orders?size=***#1`,
      `${server.origin}/orders?size=***&page=2#0`,
      `${server.origin}/orders?size=***&page=3#1`,
    ]);
  });

  test.each([[null], [''], [false], [undefined]])('end at the cursor %j', async (next) => {
    await pagesUpTo(3, (page) => ({ next: page === 2 ? next : `${page + 1}` }));
    const reading = await read('/', { items: 'data.items', pages: { cursor: { from: 'next', param: 'page' } } });
    expect(reading).toMatchObject({ items: all.slice(0, 4), error: undefined });
  });

  test('by a cursor that is a whole number beyond those of a number, as bigIntegers makes it', async () => {
    const big = '9007199254740993';
    for (const bigIntegers of ['bigint', 'string'] as const) {
      server = await TestServer.start(({ path }, response) =>
        response.end(path === '/' ? `{ "items": [1], "next": ${big} }` : '{ "items": [2] }'),
      );
      const pages = { cursor: { from: 'next', param: 'after' } };
      expect(await read('/', { items: 'items', pages, bigIntegers })).toMatchObject({ items: [1, 2], error: undefined });
      expect(server.paths).toEqual(['/', `/?after=${big}`]);
      await server.close();
    }
  });

  test('by a cursor in the body that is the URL of the next page, also a relative one', async () => {
    await pagesUpTo(3, (page, origin) => ({ next: page === 1 ? '?page=2' : page === 2 ? `${origin}/x?page=3` : null }));
    const reading = await read('/orders', { items: 'data.items', pages: { cursor: { from: 'next' } } });
    expect(reading).toMatchObject({ items: all, error: undefined });
    expect(server.paths).toEqual(['/orders', '/orders?page=2', '/x?page=3']);
  });

  test('by the Link header', async () => {
    await pagesUpTo(
      3,
      () => ({}),
      (page, last) => (page < last ? { link: `</orders?page=1>; rel="first", </orders?page=${page + 1}>; rel="next"` } : {}),
    );
    expect(await read('/orders', { items: 'data.items', pages: { link: true } })).toMatchObject({ items: all, error: undefined });
    expect(server.paths).toEqual(['/orders', '/orders?page=2', '/orders?page=3']);
  });

  test('by a counter, until one is empty', async () => {
    await pagesUpTo(3, () => ({}));
    const pages = { counter: { param: 'page' } };
    expect(await read('/orders', { items: 'data.items', pages })).toMatchObject({ items: all, error: undefined });
    expect(server.paths).toEqual([1, 2, 3, 4].map((page) => `/orders?page=${page}`));
  });

  test('by a counter of items, with a size', async () => {
    const rows = Array.from({ length: 7 }, (_, index) => index);
    server = await TestServer.start(({ path }, response) => {
      const query = new URL(path, server.origin).searchParams;
      const offset = Number(query.get('offset'));
      json(response, rows.slice(offset, offset + Number(query.get('limit'))));
    });
    const pages = { counter: { param: 'offset', first: 0, step: 3, size: { param: 'limit', value: 3 } } };
    expect(await read('/', { pages })).toMatchObject({ items: rows, error: undefined });
    expect(server.paths).toEqual([0, 3, 6, 9].map((offset) => `/?offset=${offset}&limit=3`));
  });

  test('end after maxPages, and no further one is asked for', async () => {
    await pagesUpTo(9, () => ({}));
    const options = { items: 'data.items', pages: { counter: { param: 'page' } }, maxPages: 2 };
    expect(await read('/', options)).toMatchObject({ items: all.slice(0, 4), error: undefined });
    expect(server.paths).toHaveLength(2);
  });

  test('that go round in a circle are an error after their items', async () => {
    for (const [next, told] of [
      [{ 1: '2', 2: '3', 3: '2' }, 'page=2'],
      [{ 1: '2', 2: '2' }, 'page=2'],
    ] as const) {
      await pagesUpTo(9, (page) => ({ next: (next as Record<number, string>)[page] }));
      const { items, error } = await read('/', { items: 'data.items', pages: { cursor: { from: 'next', param: 'page' } } });
      expect(items).toEqual(all.slice(0, Object.keys(next).length * 2));
      expect(error).toMatchObject({ code: 'ERR_MALFORMED_DATA' });
      expect(String(error)).toContain(`the pages go round in a circle: the next one is ${server.origin}/?${told}`);
      await server.close();
    }
    await pagesUpTo(
      9,
      () => ({}),
      () => ({ link: '</orders>; rel="next"' }),
    );
    const { items, error } = await read('/orders', { items: 'data.items', pages: { link: true } });
    expect(items).toEqual([10, 11]);
    expect(String(error)).toContain('the pages go round in a circle');
  });

  test.each([
    [{ next: { id: 1 } }, undefined, 'the cursor at "next" is an object with "id": it must be a string or a number'],
    [{ next: 'file:///etc/passwd' }, undefined, 'the member "next" names a next page that is no URL of http or https'],
    [{}, '<ftp://a/b>; rel=next', 'the Link header names a next page that is no URL of http or https'],
  ])('with a bad next page %j %j are an error after the items of this one', async (body, link, problem) => {
    await pagesUpTo(
      9,
      () => body,
      () => (link === undefined ? {} : { link }),
    );
    const pages = link === undefined ? { cursor: { from: 'next' } } : ({ link: true } as const);
    const { items, error } = await read('/', { items: 'data.items', pages });
    expect(items).toEqual([10, 11]);
    expect(String(error)).toContain(problem);
  });

  test('come in pulls of maxPull at most', async () => {
    const rows = Array.from({ length: 2500 }, (_, index) => ({ index }));
    server = await TestServer.start((_, response) => json(response, rows));
    const reading = await read('/');
    expect(reading.items).toEqual(rows);
    expect(reading.pulls).toEqual([1024, 1024, 452]);
    expect(reading.origin(2047)).toBe(`${server.origin}/#2047`);
  });

  test('may be null where the list is, "No Content" and "Reset Content"', async () => {
    server = await TestServer.start(({ path }, response) =>
      path === '/null' ? json(response, { data: null }) : status(response, Number(path.slice(1))),
    );
    for (const path of ['/null', '/204', '/205'])
      expect(await read(path, { items: 'data' })).toMatchObject({ items: [], error: undefined });
  });

  test('are items of two independent openings', async () => {
    await pagesUpTo(2, () => ({}));
    const source = http.read(`${server.origin}/`, { items: 'data.items', pages: { counter: { param: 'page' } } });
    expect((await readSource(source)).items).toEqual(all.slice(0, 4));
    expect((await readSource(source)).items).toEqual(all.slice(0, 4));
  });
});

describe('a request', () => {
  const echoed = async (options: HttpReadOptions, path = '/echo'): Promise<Got> => {
    await read(path, options);
    return server.requests.at(-1)!;
  };

  test('has the method, headers, query and body of the declaration', async () => {
    server = await TestServer.start((_, response) => json(response, []));
    expect(await echoed({ query: { a: 1, b: ['x y', true], c: undefined } }, '/echo?z=0')).toMatchObject({
      method: 'GET',
      path: '/echo?z=0&a=1&b=x+y&b=true',
      headers: { accept: 'application/json' },
      body: '',
    });
    expect(await echoed({ body: { since: 1 }, headers: { 'X-Key': 'k', Accept: 'text/json' } })).toMatchObject({
      method: 'POST',
      headers: { accept: 'text/json', 'x-key': 'k', 'content-type': 'application/json' },
      body: '{"since":1}',
    });
    expect(await echoed({ method: 'POST', body: 'a=1', headers: { 'content-type': 'text/x' } })).toMatchObject({
      headers: { 'content-type': 'text/x' },
      body: 'a=1',
    });
  });

  test('goes by a connection that was used before', async () => {
    await pagesUpTo(20, () => ({}));
    await read('/', { items: 'data.items', pages: { counter: { param: 'page' } } });
    expect(server.paths).toHaveLength(21);
    expect(await server.connections()).toBeLessThanOrEqual(2);
  });
});

describe('formats that stream', () => {
  const bodies = {
    ndjson: '{"a":1}\n{"a":2}\n\n{"a":3}',
    lines: 'one\r\ntwo\n',
    csv: 'id;note\n1;"x\ny"\n2;z\n',
  };
  const serve = async (pack: (text: string) => Buffer | string): Promise<void> => {
    server = await TestServer.start(({ path }, response) => response.end(pack(bodies[path.slice(1) as keyof typeof bodies])));
  };

  test.each([
    ['as text', (text: string) => text],
    ['as gzip files', (text: string) => gzipSync(text)],
  ])('are read %s', async (_, pack) => {
    await serve(pack);
    const ndjson = await read('/ndjson', { format: 'ndjson' });
    expect(ndjson).toMatchObject({ items: [{ a: 1 }, { a: 2 }, { a: 3 }], error: undefined });
    expect(ndjson.origin(2)).toBe(`${server.origin}/ndjson:4:1`);
    expect(await read('/lines', { format: 'lines' })).toMatchObject({ items: ['one', 'two'], error: undefined });
    const csv = await read('/csv', { format: 'csv', csv: { delimiter: ';', types: { id: 'number' } } });
    expect(csv.items).toEqual([
      { id: 1, note: 'x\ny' },
      { id: 2, note: 'z' },
    ]);
    expect(csv.origin(1)).toBe(`${server.origin}/csv:4:1`);
  });

  test('have pages by a counter and by the Link header', async () => {
    server = await TestServer.start(({ path }, response) => {
      const page = Number(new URL(path, server.origin).searchParams.get('page') ?? 1);
      status(response, 200, page < 3 ? { link: `<?page=${page + 1}>; rel=next` } : {}, page > 3 ? '' : `${page}\n${page}\n`);
    });
    const expected = { items: [1, 1, 2, 2, 3, 3], error: undefined };
    expect(await read('/', { format: 'ndjson', pages: { counter: { param: 'page' } } })).toMatchObject(expected);
    expect(server.paths).toHaveLength(4);
    expect(await read('/', { format: 'ndjson', pages: { link: true } })).toMatchObject(expected);
    expect(server.paths).toHaveLength(7);
    expect(await read('/', { format: 'ndjson', pages: { link: true }, maxPages: 1 })).toMatchObject({ items: [1, 1] });
    expect(server.paths).toHaveLength(8);
  });

  test('have errors at their place, after the items before', async () => {
    server = await TestServer.start((_, response) => response.end('{"a":1}\n{oops\n'));
    const { items, error } = await read('/x?token=abcdef', { format: 'ndjson' });
    expect(items).toEqual([{ a: 1 }]);
    expect(error).toMatchObject({ code: 'ERR_MALFORMED_DATA', line: 2, file: `${server.origin}/x?token=***` });
  });
});

describe('redirects', () => {
  test('are followed, and carry all headers within the origin', async () => {
    server = await TestServer.start(({ path }, response) =>
      path === '/old' ? status(response, 302, { location: '/new?x=1' }) : json(response, [path]),
    );
    const headers = { authorization: 'Bearer s3cr3t', 'x-api-key': 'k-1234' };
    const reading = await read('/old', { headers });
    expect(reading).toMatchObject({ items: ['/new?x=1'], error: undefined });
    expect(reading.origin(0)).toBe(`${server.origin}/old#0`);
    expect(server.requests.map(({ headers }) => headers)).toEqual([
      expect.objectContaining(headers),
      expect.objectContaining(headers),
    ]);
  });

  test('and links of bytes beyond ASCII lead where they would as UTF-8', async () => {
    const bytes = (text: string) => Buffer.from(text).toString('latin1');
    server = await TestServer.start(({ path }, response) => {
      if (path === '/old') status(response, 302, { location: bytes('/größe') });
      else json(response, [decodeURI(path)], path === encodeURI('/maß') ? {} : { link: bytes('</maß>; rel="next"') });
    });
    const { items, error } = await read('/old', { pages: { link: true } });
    expect({ items, error }).toEqual({ items: ['/größe', '/maß'], error: undefined });
  });

  test('that are no UTF-8 are taken as they are', async () => {
    server = await TestServer.start(({ path }, response) =>
      path === '/old' ? status(response, 302, { location: '/gr\u00f6\u00dfe' }) : json(response, [decodeURI(path)]),
    );
    expect(await read('/old')).toMatchObject({ items: ['/größe'], error: undefined });
  });

  test('and links to another origin carry no header that may hold credentials', async () => {
    const other = await TestServer.start((_, response) => status(response, 401));
    try {
      server = await TestServer.start(({ path }, response) => {
        if (path === '/old') status(response, 307, { location: `${other.origin}/new` });
        else json(response, [1], { link: `<${other.origin}/linked>; rel=next` });
      });
      const headers = { authorization: 'Bearer s3cr3t', 'x-api-key': 'k-1234', cookie: 'a=b', 'user-agent': 'mill' };
      for (const [path, options] of [
        ['/old', {}],
        ['/page', { pages: { link: true } }],
      ] as const) {
        const { error } = await read(path, { headers, ...options });
        expect(error).toMatchObject({ code: 'ERR_HTTP', status: 401 });
        expect(String(error)).toContain(`the headers of the declaration were not sent, as ${other.origin} is another origin`);
        const { headers: got } = other.requests.at(-1)!;
        expect(got).toMatchObject({ accept: 'application/json', 'user-agent': 'mill' });
        for (const name of ['authorization', 'x-api-key', 'cookie']) expect(got).not.toHaveProperty(name);
      }
      expect(other.paths).toEqual(['/new', '/linked']);
    } finally {
      await other.close();
    }
  });

  test('by another origin back to the declared one carry none either', async () => {
    const other = await TestServer.start((_, response) => status(response, 302, { location: `${server.origin}/back` }));
    try {
      server = await TestServer.start(({ path }, response) =>
        path === '/out' ? status(response, 302, { location: `${other.origin}/x` }) : json(response, []),
      );
      expect((await read('/out', { headers: { 'x-api-key': 'k-1234' } })).error).toBeUndefined();
      expect(server.requests.map(({ path, headers }) => [path, headers['x-api-key']])).toEqual([
        ['/out', 'k-1234'],
        ['/back', undefined],
      ]);
    } finally {
      await other.close();
    }
  });

  test('that never end, or lead out of the web, are an error at once', async () => {
    server = await TestServer.start(({ path }, response) =>
      status(response, 302, { location: path === '/out' ? 'file:///etc/passwd' : '/again' }),
    );
    expect(String((await read('/out')).error)).toContain('it redirects to what is no URL of http or https');
    expect(String((await read('/round')).error)).toContain('it redirects more than 20 times');
    expect(server.paths).toHaveLength(22);
  });

  test.each([
    [303, 'GET', ''],
    [302, 'GET', ''],
    [307, 'POST', '{"a":1}'],
    [308, 'POST', '{"a":1}'],
  ])('of a POST by %i become a %s', async (code, method, body) => {
    server = await TestServer.start(({ path }, response) =>
      path === '/old' ? status(response, code, { location: '/new' }) : json(response, []),
    );
    expect((await read('/old', { body: { a: 1 } })).error).toBeUndefined();
    expect(server.requests.at(-1)).toMatchObject({ method, body, path: '/new' });
    expect('content-type' in server.requests.at(-1)!.headers).toBe(body !== '');
  });
});

describe('the check', () => {
  const check = async (path: string, options?: HttpReadOptions) =>
    http.read(`${server.origin}${path}`, options).check?.({ signal: live() });

  test('asks for the first page by HEAD, else by its own method, and reads no body', async () => {
    server = await TestServer.start(({ method, path }, response) => {
      if (method === 'HEAD' && path.startsWith('/get')) status(response, 405);
      else if (method === 'HEAD') status(response, 200);
      else {
        // No end: who reads it waits for ever.
        response.writeHead(200);
        response.write('[');
      }
    });
    await check('/head', { pages: { counter: { param: 'page' } } });
    await check('/get');
    await check('/post', { body: {} });
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'HEAD /head?page=1',
      'HEAD /get',
      'GET /get',
      'POST /post',
    ]);
  });

  test('fails as reading would, without another attempt', async () => {
    server = await TestServer.start((_, response) => status(response, 503, {}, 'closed'));
    expect(await rejection(check('/'))).toMatchObject({ code: 'ERR_HTTP', status: 503, attempts: 1, body: 'closed' });
    const { origin } = server;
    await server.close();
    const gone = http.read(origin).check?.({ signal: live() });
    expect(await rejection(gone!)).toMatchObject({ code: 'ERR_HTTP', status: undefined, attempts: 1 });
  });
});
