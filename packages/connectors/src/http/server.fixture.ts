import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Timing } from './timing.js';

/** A request as the server got it. */
export interface Got {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Respond = (request: Got, response: ServerResponse, message: IncomingMessage) => void;

/** A real server at a port of its own, which remembers what it was asked. */
export class TestServer {
  readonly requests: Got[] = [];
  /** Connections that were closed while a request was not answered to its end. */
  cut = 0;
  /** Requests that are not answered to their end, and whose connection is open. */
  open = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(respond: Respond): Promise<TestServer> {
    const server = createServer(async (message, response) => {
      let body = '';
      started.open += 1;
      response.on('close', () => {
        started.open -= 1;
        if (!response.writableFinished) started.cut += 1;
      });
      try {
        for await (const chunk of message) body += chunk;
      } catch {
        return;
      }
      const got = { method: message.method!, path: message.url!, headers: message.headers, body };
      started.requests.push(got);
      respond(got, response, message);
    });
    const started = new TestServer(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return started;
  }

  /** `http://127.0.0.1:…`. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get paths(): string[] {
    return this.requests.map(({ path }) => path);
  }

  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server, 'close');
  }
}

export function json(response: ServerResponse, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

export function status(response: ServerResponse, code: number, headers: Readonly<Record<string, string>> = {}, text = ''): void {
  response.writeHead(code, headers);
  response.end(text);
}

/** Polls until the condition holds; fails after 20 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await condition()); ) {
    if (Date.now() > end) throw new Error(`it never came to be that ${condition}`);
    await pause(2);
  }
}

/** What a server that answers nothing more would make a test wait for. */
export const silenceMs = 30_000;

/**
 * Time that passes as soon as it is waited for: timers fire in the next turn of the event loop, and the clock jumps. Those of `silenceMs`
 * stay for ever, unless `silence` is `fires`.
 */
export class LeapingTime implements Timing {
  /** What was waited for, in order. */
  readonly waits: number[] = [];
  readonly #silence: 'stays' | 'fires';
  #now = 0;

  constructor(silence: 'stays' | 'fires' = 'stays') {
    this.#silence = silence;
  }

  readonly now = (): number => this.#now;
  /** Noon of 2026-11-25 at first. */
  readonly date = (): number => Date.UTC(2026, 10, 25, 12) + this.#now;
  readonly random = (): number => 1;
  readonly after = (ms: number, then: () => void): (() => void) => {
    if (ms === silenceMs && this.#silence === 'stays') return () => {};
    const soon = setImmediate(() => {
      this.waits.push(ms);
      this.#now += ms;
      then();
    });
    return () => clearImmediate(soon);
  };
}

/** Time that stands still until it is moved. */
export class StoppedTime implements Timing {
  readonly #timers = new Set<{ readonly at: number; readonly then: () => void }>();
  #now = 0;

  /** What is being waited for: the times left, ascending. */
  get pending(): number[] {
    return [...this.#timers].map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  readonly now = (): number => this.#now;
  readonly date = (): number => this.#now;
  readonly random = (): number => 1;
  readonly after = (ms: number, then: () => void): (() => void) => {
    const timer = { at: this.#now + ms, then };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  advance(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      if (timer.at > this.#now || !this.#timers.delete(timer)) continue;
      timer.then();
    }
  }
}
