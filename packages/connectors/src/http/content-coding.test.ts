import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:net';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { http } from '@millrace/connectors';
import { live, readSource, rejection } from '../file/folder.fixture.js';
import { readBy } from './read.js';
import type { HttpReadOptions } from './read-options.js';
import { LeapingTime, StoppedTime, TestServer, until } from './server.fixture.js';
import { writeBy } from './write.js';

/** A server of bare answers: they may be framed in any way, and be wrong. */
class BareServer {
  readonly requests: string[] = [];
  connections = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Answers number 1, 2, … are these; the last one is repeated. After one that is `cut` by its end the connection is closed. */
  static async start(...answers: readonly Answer[]): Promise<BareServer> {
    const server = createServer((socket) => {
      started.connections += 1;
      socket
        .on('error', () => {})
        .on('close', () => {
          started.connections -= 1;
        });
      socket.once('data', (request) => {
        started.requests.push(request.toString());
        const { head, body, stays = false } = answers[Math.min(started.requests.length, answers.length) - 1]!;
        socket.write(`HTTP/1.1 200 OK\r\n${head.map((line) => `${line}\r\n`).join('')}\r\n`);
        socket.write(body);
        if (!stays) socket.end();
      });
    });
    const started = new BareServer(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return started;
  }

  get origin(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
  }

  async close(): Promise<void> {
    await promisify(this.#server.close.bind(this.#server))();
  }
}

interface Answer {
  readonly head: readonly string[];
  readonly body: Uint8Array;
  /** Whether the connection stays open behind the body. */
  readonly stays?: boolean;
}

let server: BareServer;
const servers: BareServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((one) => one.close())));
async function serve(...answers: readonly Answer[]): Promise<void> {
  server = await BareServer.start(...answers);
  servers.push(server);
}

const packers: Readonly<Record<string, (text: Uint8Array) => Buffer>> = {
  gzip: (text) => zlib.gzipSync(text),
  deflate: (text) => zlib.deflateSync(text),
  'raw deflate': (text) => zlib.deflateRawSync(text),
  br: (text) => zlib.brotliCompressSync(text, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
  'gzip, br': (text) => packers.br!(zlib.gzipSync(text)),
};
const codings = Object.keys(packers);
const named = (coding: string) => `content-encoding: ${coding.replace('raw ', '')}`;

/** The three ways to say where a body ends: each says that this one is whole. */
const framings: Readonly<Record<string, (body: Uint8Array, coding: string) => Answer>> = {
  'the end of the connection': (body, coding) => ({ head: [named(coding), 'connection: close'], body }),
  'its length': (body, coding) => ({ head: [named(coding), `content-length: ${body.length}`], body }),
  chunks: (body, coding) => ({
    head: [named(coding), 'transfer-encoding: chunked'],
    body: Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]),
  }),
};

const count = 2_000;
const rows = Array.from({ length: count }, (_, id) => ({ id, text: `${(id * 7919) % 104_729}` }));
const texts: Readonly<Record<string, string>> = {
  lines: rows.map(({ text }) => `${text}\n`).join(''),
  ndjson: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  csv: `id,text\n${rows.map(({ id, text }) => `${id},${text}\n`).join('')}`,
  json: JSON.stringify(rows),
};
type Format = NonNullable<HttpReadOptions['format']>;
const read = (format: Format, options?: HttpReadOptions) =>
  readSource(readBy<unknown>(new LeapingTime(), server.origin, { format, ...options }));
const packed = (coding: string, format: Format) => packers[coding]!(Buffer.from(texts[format]!));
const cut = (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1);

describe.each(codings)('a body packed as %s', (coding) => {
  test.each(['lines', 'ndjson', 'csv', 'json'] as const)('is read whole as %s', async (format) => {
    for (const framed of Object.values(framings)) {
      await serve(framed(packed(coding, format), coding));
      const { items, error } = await read(format);
      expect(error).toBeUndefined();
      expect(items).toHaveLength(count);
    }
  });

  describe.each(Object.keys(framings))('that was cut, and whose end is told by %s,', (framing) => {
    test.each(['lines', 'ndjson', 'csv'] as const)('is an error as %s, and not asked for again', async (format) => {
      await serve(framings[framing]!(cut(packed(coding, format)), coding));
      const { items, error } = await read(format);
      expect(items.length).toBeLessThan(count);
      expect(error).toMatchObject({ code: 'ERR_HTTP', method: 'GET', url: `${server.origin}/` });
      expect(String(error)).toContain('the body broke off');
      expect(server.requests).toHaveLength(1);
    });

    test('is asked for again as JSON', async () => {
      const [whole, half] = [packed(coding, 'json'), cut(packed(coding, 'json'))];
      await serve(framings[framing]!(half, coding), framings[framing]!(whole, coding));
      const { items, error } = await read('json');
      expect(error).toBeUndefined();
      expect(items).toEqual(rows);
      expect(server.requests).toHaveLength(2);
    });
  });

  test('that lacks nothing but its last byte is an error', async () => {
    const body = packed(coding, 'lines').subarray(0, -1);
    await serve(framings['the end of the connection']!(body, coding));
    const { error } = await read('lines', { retry: { attempts: 1 } });
    expect(String(error)).toContain('the body broke off');
    expect(String(error)).toContain('the header "accept-encoding": "identity" asks for it unpacked');
  });
});

describe('a packed body', () => {
  test('of several gzip members is read whole', async () => {
    const body = Buffer.concat(['a\n', 'b\n'].map((text) => zlib.gzipSync(text)));
    await serve(framings['its length']!(body, 'x-gzip'));
    expect(await read('lines')).toMatchObject({ items: ['a', 'b'], error: undefined });
  });

  test('that is corrupt is an error', async () => {
    for (const coding of codings) {
      await serve(framings['its length']!(Buffer.from('\x07no such\n'.repeat(20)), coding));
      const { items, error } = await read('lines');
      expect(items).toEqual([]);
      expect(error).toMatchObject({ code: 'ERR_HTTP' });
      expect(String(error)).toMatch(/the body (is corrupt|broke off)/);
    }
  });

  test('that goes on behind the end of a gzip is an error, which says how to get it unpacked', async () => {
    const gzip = zlib.gzipSync('a\n');
    for (const [rest, error] of [
      ['<!-- 12 ms -->', /is corrupt gzip: .*"accept-encoding": "identity"/],
      ['\0'.repeat(20), /^undefined$/],
    ] as const) {
      await serve(framings['its length']!(Buffer.concat([gzip, Buffer.from(rest)]), 'gzip'));
      expect(String((await read('lines')).error)).toMatch(error);
    }
  });

  test('that is empty is so when the server says so, else it broke off', async () => {
    await serve(framings['its length']!(new Uint8Array(), 'gzip'));
    expect(await read('lines')).toMatchObject({ items: [], error: undefined });
    await serve(framings['the end of the connection']!(new Uint8Array(), 'gzip'));
    expect(String((await read('lines')).error)).toContain('the body broke off');
  });

  test('by a name that nobody knows is left as it is', async () => {
    for (const coding of ['utf-8', 'identity', '', 'gzip, utf-8']) {
      await serve(framings['its length']!(Buffer.from('a\nb\n'), coding));
      expect(await read('lines')).toMatchObject({ items: ['a', 'b'], error: undefined });
    }
  });

  test('that was packed too many times is refused', async () => {
    await serve(framings['its length']!(zlib.gzipSync('a'), Array(6).fill('gzip').join(', ')));
    expect((await read('lines')).error).toMatchObject({ code: 'ERR_HTTP', attempts: 1 });
  });

  test('does not hinder a check by HEAD, whose answer has none', async () => {
    await serve({ head: [named('gzip'), 'content-length: 1000'], body: Buffer.from('') });
    await http.read(server.origin).check!({ signal: live() });
    expect(server.requests.map((request) => request.slice(0, 4))).toEqual(['HEAD']);
  });

  test.each(['return()', 'a cancel'])('that goes on is let go of by %s', async (how) => {
    // What is flushed can be read; behind it the server is silent.
    const gzip = zlib.createGzip();
    gzip.write('line\n'.repeat(100));
    await promisify(gzip.flush.bind(gzip) as (callback: () => void) => void)();
    await serve({ head: [named('gzip')], body: gzip.read() as Buffer, stays: true });
    const controller = new AbortController();
    const source = http.read<string>(server.origin, { format: 'lines' });
    const iterator = source.open({ signal: controller.signal })[Symbol.asyncIterator]();
    expect((await iterator.next()).value.items[0]).toBe('line');
    if (how === 'return()') await iterator.return?.();
    else {
      const pending = iterator.next();
      controller.abort('enough');
      expect(await rejection(pending)).toBe('enough');
    }
    await until(() => server.connections === 0);
  });

  test('of an answer to a batch, when it is cut and looked at, has the batch sent again', async () => {
    const answer = zlib.gzipSync(JSON.stringify({ errors: [{ index: 1 }] }));
    const framed = framings['the end of the connection']!;
    await serve(framed(cut(answer), 'gzip'), framed(answer, 'gzip'));
    const writer = await writeBy(new LeapingTime(), server.origin, { errorsAt: 'errors' }).open({ signal: live() });
    expect(await rejection(writer.write([1, 2], { signal: live() }))).toMatchObject({ index: 1 });
    expect(server.requests).toHaveLength(2);
  });
});

describe('what a request accepts', () => {
  const headersOf = (request: string) => request.toLowerCase().split('\r\n').slice(1);

  test('is packed by what can be unpacked, unless a header says otherwise', async () => {
    const answer = framings['its length']!(Buffer.from('a\n'), 'identity');
    await serve(answer);
    await read('lines');
    await read('lines', { headers: { 'accept-encoding': 'identity', accept: 'text/x', 'user-agent': 'mill' } });
    await read('lines', { headers: { range: 'bytes=0-' } });
    const [plain, chosen, part] = server.requests.map(headersOf);
    expect(plain).toEqual(expect.arrayContaining(['accept-encoding: gzip, deflate', 'accept: */*', 'user-agent: node']));
    expect(chosen).toEqual(expect.arrayContaining(['accept-encoding: identity', 'accept: text/x', 'user-agent: mill']));
    expect(part).toContain('accept-encoding: identity');
  });
});

test('a server that sends too little to unpack is not silent', async () => {
  const time = new StoppedTime();
  const body = packed('gzip', 'json');
  let response: ServerResponse | undefined;
  const sending = await TestServer.start((_, open) => {
    response = open.writeHead(200, { 'content-encoding': 'gzip' });
    response.write(body.subarray(0, 2));
  });
  try {
    const reading = readSource(readBy<unknown>(time, sending.origin, { timeoutMs: 1000, retry: { attempts: 1 } }));
    await until(() => response !== undefined && time.pending[0] === 1000);
    // Pieces of a header of gzip, which has ten bytes: none gives a byte of the text.
    for (let at = 2; at < 8; at += 2) {
      time.advance(600);
      expect(time.pending).toEqual([400]);
      response!.write(body.subarray(at, at + 2));
      await until(() => time.pending[0] === 1000);
    }
    response!.end(body.subarray(8));
    const { items, error } = await reading;
    expect(error).toBeUndefined();
    expect(items).toHaveLength(count);
  } finally {
    await sending.close();
  }
}, 20_000);

test('a body in chunks that are none is told of as that', async () => {
  await serve({ head: ['transfer-encoding: chunked'], body: Buffer.from('zz\r\n[1]\r\n0\r\n\r\n') });
  const { error } = await read('json', { retry: { attempts: 1 } });
  expect(String(error)).toContain('the body broke off: Parse Error');
});

test('a plain body that breaks off is an error, by its length and by its chunks', async () => {
  for (const head of ['content-length: 1000', 'transfer-encoding: chunked']) {
    const body = Buffer.from(head.startsWith('content') ? 'a\nb\n' : '4\r\na\nb\n\r\n');
    await serve({ head: [head], body });
    const { items, error } = await read('lines');
    expect(items).toEqual(['a', 'b']);
    expect(String(error)).toContain('the body broke off: the server closed the connection');
  }
});
