import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { rejection } from '../file/folder.fixture.js';
import { status, TestServer, until } from './server.fixture.js';
import { exchanged, type Reply } from './transport.js';

let server: TestServer;
afterEach(() => server.close());

/** A signal that knows who listens to it. */
function watched() {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners.add(args[1]);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners.delete(args[1]);
    remove(...args);
  };
  return { controller, listeners };
}

const get = (signal: AbortSignal, path = '/') =>
  exchanged(new URL(path, server.origin), { method: 'GET', headers: new Headers(), signal });
const text = async ({ body }: Reply) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe('an answer', () => {
  test('that was read or discarded leaves no listener with the signal, and its connection is used again', async () => {
    server = await TestServer.start((_, response) => status(response, 200, { 'content-length': '4' }, 'text'));
    const { controller, listeners } = watched();
    for (let turn = 0; turn < 10; turn++) {
      const reply = await get(controller.signal);
      if (turn % 2 === 0) expect(await text(reply)).toBe('text');
      else reply.discard();
      await until(() => listeners.size === 0);
    }
    expect(await server.connections()).toBe(1);
    controller.abort();
  });

  test('that is long, or does not say how long it is, is not read to be discarded', async () => {
    server = await TestServer.start(({ path }, response) => {
      response.writeHead(200, path === '/long' ? { 'content-length': '1000000' } : {});
      response.write('start');
    });
    const { controller, listeners } = watched();
    for (const path of ['/long', '/endless']) (await get(controller.signal, path)).discard();
    await until(() => server.cut === 2 && listeners.size === 0);
    controller.abort();
  });

  test('that has come whole and was not read is no whole one after an abort', async () => {
    server = await TestServer.start((_, response) => status(response, 200, {}, 'x'.repeat(1000)));
    for (const reason of ['enough', new Error('enough')]) {
      const { controller } = watched();
      const reply = await get(controller.signal);
      const iterator = reply.body[Symbol.asyncIterator]();
      await until(() => server.open === 0);
      controller.abort(reason);
      expect(await rejection(iterator.next())).toBeInstanceOf(Error);
    }
  });

  test('has its headers, those that come twice too, and its status', async () => {
    server = await TestServer.start((_, response) => {
      response.writeHead(404, 'Nothing Here', [
        ['link', '<a>; rel=next'],
        ['Link', '<b>; rel=last'],
      ] as never);
      response.end();
    });
    const { controller } = watched();
    const { headers, status: code, statusText } = await get(controller.signal);
    expect([code, statusText, headers.get('LINK')]).toEqual([404, 'Nothing Here', '<a>; rel=next, <b>; rel=last']);
    controller.abort();
  });
});

describe('a request', () => {
  test('ends with the reason of the signal, before it and while it waits', async () => {
    server = await TestServer.start(() => {});
    expect(await rejection(get(AbortSignal.abort('never')))).toBe('never');
    const { controller } = watched();
    const pending = get(controller.signal);
    await until(() => server.requests.length === 1);
    controller.abort('enough');
    expect(await rejection(pending)).toBe('enough');
    await until(() => server.cut === 1);
    expect(server.requests).toHaveLength(1);
  });

  test('tells the length of its body in bytes, by any method', async () => {
    server = await TestServer.start((_, response) => status(response, 204));
    for (const method of ['POST', 'DELETE', 'PUT']) {
      const { signal } = watched().controller;
      await exchanged(new URL(server.origin), { method, headers: new Headers(), body: '"é€"', signal });
      expect(server.requests.at(-1)).toMatchObject({ method, body: '"é€"', headers: { 'content-length': '7' } });
    }
  });

  test('with what HTTP does not allow is refused by a rejection', async () => {
    server = await TestServer.start((_, response) => status(response, 204));
    const headers = new Headers({ 'x-key': 'a\u0001b' });
    const { signal } = watched().controller;
    expect(await rejection(exchanged(new URL(server.origin), { method: 'GET', headers, signal }))).toMatchObject({
      code: 'ERR_INVALID_CHAR',
    });
  });
});

describe('a request settles', () => {
  let bare: Server | undefined;
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    bare?.close();
  });

  /** Answers so much to each connection as soon as something comes, and reads no further. */
  async function answering(answer: string): Promise<URL> {
    bare = createServer((socket) => {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .once('data', () => {
          socket.pause();
          socket.write(answer);
        });
    }).listen(0, '127.0.0.1');
    await once(bare, 'listening');
    return new URL(`http://127.0.0.1:${(bare.address() as AddressInfo).port}/`);
  }

  const asking = { method: 'GET', headers: new Headers() };

  test('by an error when the server asks for another protocol', async () => {
    server = await TestServer.start((_, response) => status(response, 200));
    const url = await answering('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
    const error = await rejection(exchanged(url, { ...asking, signal: new AbortController().signal }));
    expect(error).toMatchObject({ message: expect.stringContaining('another protocol'), passes: false });
  });

  test('at once by an abort, also while it waits for a connection', async () => {
    server = await TestServer.start((_, response) => status(response, 200));
    const url = await answering('');
    const { maxSockets } = http.globalAgent;
    http.globalAgent.maxSockets = 1;
    try {
      const controller = new AbortController();
      const requests = [1, 2].map(() => rejection(exchanged(url, { ...asking, signal: controller.signal })));
      await until(() => sockets.size === 1);
      controller.abort('enough');
      expect(await Promise.all(requests)).toEqual(['enough', 'enough']);
    } finally {
      http.globalAgent.maxSockets = maxSockets;
    }
  });

  test('by an answer that comes before the body was taken, and leaves no connection', async () => {
    server = await TestServer.start((_, response) => status(response, 200));
    const url = await answering('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno');
    const { controller, listeners } = watched();
    const body = 'x'.repeat(30_000_000);
    const reply = await exchanged(url, { method: 'POST', headers: new Headers(), body, signal: controller.signal });
    expect([reply.status, await text(reply)]).toEqual([413, 'no']);
    await until(() => listeners.size === 0);
    const [socket] = sockets;
    socket!.resume();
    await until(() => socket!.destroyed);
  });
});
