import { execFile } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { http } from '@millrace/connectors';
import { live, rejection } from '../file/folder.fixture.js';
import { readBy } from './read.js';
import { json, StoppedTime, status, TestServer, until } from './server.fixture.js';

let server: TestServer;
afterEach(() => server.close());

const pageOf = (path: string): number => Number(new URL(path, server.origin).searchParams.get('page') ?? 1);
const counted = { pages: { counter: { param: 'page' } } } as const;

/** Writes lines until nobody takes them any more. */
function endless(response: ServerResponse, written: (bytes: number) => void = () => {}): void {
  const line = `${'x'.repeat(1023)}\n`.repeat(64);
  const more = (): void => {
    if (response.destroyed) return;
    response.write(line, () => {
      written(line.length);
      setImmediate(more);
    });
  };
  response.writeHead(200);
  more();
}

describe('backpressure', () => {
  test('no page is asked for beyond the one behind that whose items are taken', async () => {
    server = await TestServer.start(({ path }, response) =>
      json(response, pageOf(path) > 5 ? [] : Array(1500).fill(pageOf(path))),
    );
    const iterator = http.read(server.origin, counted).open({ signal: live() })[Symbol.asyncIterator]();
    expect(server.paths).toEqual([]);
    await iterator.next();
    await until(() => server.paths.length === 2);
    await iterator.next();
    // The third page is asked for by a pull that needs the second, and a fourth pull needs no other.
    expect(server.paths).toEqual(['/?page=1', '/?page=2']);
    const third = await iterator.next();
    expect(third.value?.items[0]).toBe(2);
    await until(() => server.paths.length === 3);
    await iterator.next();
    expect(server.paths).toEqual(['/?page=1', '/?page=2', '/?page=3']);
    await iterator.return?.();
  });

  test('a body that streams is read no faster than its items are taken', async () => {
    let bytes = 0;
    server = await TestServer.start((_, response) => endless(response, (more) => (bytes += more)));
    const iterator = http.read(server.origin, { format: 'lines' }).open({ signal: live() })[Symbol.asyncIterator]();
    await iterator.next();
    // The buffers between fill up; then nothing moves.
    let before = -1;
    await until(async () => {
      if (bytes === before) return true;
      before = bytes;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return false;
    });
    const full = bytes;
    expect(full).toBeLessThan(32 * 1024 * 1024);
    for (let pulled = 0; pulled < full * 2; ) {
      const { value } = await iterator.next();
      pulled += (value?.items.length ?? 0) * 1024;
    }
    expect(bytes).toBeGreaterThan(full);
    await iterator.return?.();
    await until(async () => (await server.connections()) === 0);
  });
});

describe('a cancel', () => {
  /** Aborts while a pull is pending and the server is in the state that is waited for. */
  async function cancelled(source: ReturnType<typeof http.read>, isReady: () => boolean, pulls = 0): Promise<unknown> {
    const controller = new AbortController();
    const iterator = source.open({ signal: controller.signal })[Symbol.asyncIterator]();
    for (let i = 0; i < pulls; i++) await iterator.next();
    const pending = iterator.next();
    await until(isReady);
    controller.abort('enough');
    return rejection(pending);
  }

  test('ends a request that is not answered, and the server sees its connection close', async () => {
    server = await TestServer.start(() => {});
    expect(await cancelled(http.read(server.origin), () => server.requests.length === 1)).toBe('enough');
    await until(() => server.cut === 1);
  });

  test.each(['json', 'ndjson'] as const)('ends a body of %s in its midst', async (format) => {
    let isSent = false;
    server = await TestServer.start((_, response) => {
      response.writeHead(200);
      response.write(format === 'json' ? '[1,' : '1\n2\n', () => {
        isSent = true;
      });
    });
    const source = http.read(server.origin, { format });
    expect(await cancelled(source, () => isSent, format === 'json' ? 0 : 1)).toBe('enough');
    await until(() => server.cut === 1);
  });

  test('ends the wait for another attempt, and the attempt is not made', async () => {
    server = await TestServer.start((_, response) => status(response, 429, { 'retry-after': '50' }));
    const time = new StoppedTime();
    expect(await cancelled(readBy(time, server.origin), () => time.pending.includes(50_000))).toBe('enough');
    expect(time.pending).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test('ends the wait for the rate', async () => {
    server = await TestServer.start((_, response) => json(response, [1]));
    const time = new StoppedTime();
    const source = readBy(time, server.origin, { ...counted, rate: { limit: 1, perMs: 7000 } });
    expect(await cancelled(source, () => time.pending.includes(7000), 1)).toBe('enough');
    expect(time.pending).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test('between two pulls ends the page that is read ahead, and the next pull', async () => {
    server = await TestServer.start(({ path }, response) => {
      if (pageOf(path) === 1) json(response, Array(3000).fill(1));
    });
    const controller = new AbortController();
    const iterator = http.read(server.origin, counted).open({ signal: controller.signal })[Symbol.asyncIterator]();
    await iterator.next();
    await until(() => server.requests.length === 2);
    controller.abort('enough');
    await until(() => server.cut === 1);
    expect(await rejection(iterator.next())).toBe('enough');
    expect(await iterator.next()).toMatchObject({ done: true });
  });

  test('before the first pull asks for nothing', async () => {
    server = await TestServer.start((_, response) => json(response, []));
    for (const format of ['json', 'lines'] as const) {
      const signal = AbortSignal.abort('never');
      const iterator = http.read(server.origin, { format }).open({ signal })[Symbol.asyncIterator]();
      expect(await rejection(iterator.next())).toBe('never');
      expect(await rejection(http.read(server.origin, { format }).check!({ signal }))).toBe('never');
    }
    expect(server.requests).toEqual([]);
  });
});

describe('return()', () => {
  test('before the first pull asks for nothing', async () => {
    server = await TestServer.start((_, response) => json(response, []));
    const iterator = http.read(server.origin).open({ signal: live() })[Symbol.asyncIterator]();
    await iterator.return?.();
    expect(await iterator.next()).toMatchObject({ done: true });
    expect(server.requests).toEqual([]);
  });

  test('lets go of a page that is read ahead, and of a body that streams', async () => {
    server = await TestServer.start(({ path }, response) => {
      if (path === '/lines') endless(response);
      else if (pageOf(path) === 1) json(response, [1]);
    });
    const pages = http.read(server.origin, counted).open({ signal: live() })[Symbol.asyncIterator]();
    await pages.next();
    await until(() => server.requests.length === 2);
    await pages.return?.();
    await until(() => server.cut === 1);
    const lines = http.read(`${server.origin}/lines`, { format: 'lines' }).open({ signal: live() })[Symbol.asyncIterator]();
    await lines.next();
    await lines.return?.();
    await until(() => server.cut === 2);
  });
});

describe('after the end', () => {
  test('a signal that lives on has no listener of the source left', async () => {
    server = await TestServer.start(({ path }, response) => json(response, pageOf(path) > 20 ? [] : [1]));
    const { signal } = new AbortController();
    const added: unknown[] = [];
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      added.push(args[1]);
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      if (added.includes(args[1])) added.splice(added.indexOf(args[1]), 1);
      remove(...args);
    };
    let most = 0;
    for await (const _ of http.read(server.origin, counted).open({ signal })) most = Math.max(most, added.length);
    expect(most).toBeGreaterThan(0);
    expect(added).toEqual([]);
  });

  test('nothing keeps the process', async () => {
    server = await TestServer.start(({ path }, response) => {
      if (path.startsWith('/pages')) json(response, pageOf(path) > 3 ? [] : [1, 2]);
      else if (path === '/endless') endless(response);
      else if (path === '/sink') status(response, 201);
    });
    const program = fileURLToPath(new URL('./exits.program.fixture.js', import.meta.url));
    // A process that does not end is killed, and that is an error.
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, server.origin], { timeout: 25_000 });
    expect(JSON.parse(stdout)).toEqual({ items: 6, failure: 'ERR_HTTP' });
    expect(stderr).toBe('');
    await until(async () => (await server.connections()) === 0);
  });
});
