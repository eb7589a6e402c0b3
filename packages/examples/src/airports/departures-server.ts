import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Departures } from './departures.js';

/** A server that is listening. */
export interface DeparturesServer {
  /** Base URL, on the loopback interface: `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Stops listening, drops the connections and frees the port. A second close waits for the first. */
  close(): Promise<void>;
}

export interface DeparturesServerOptions {
  /** How long every answer is held back, in ms: the network that a loopback has not. */
  readonly latencyMs: number;
  /** Connections at most; the next ones are refused. Default 256. */
  readonly maxConnections?: number;
}

const none: Departures = { departures: 0, destinations: 0 };

/** Serves `GET /departures/<iata>` from a table, on a free port of the loopback interface. An airport that the table lacks has no departures. */
export async function serveDepartures(
  table: ReadonlyMap<string, Departures>,
  { latencyMs, maxConnections = 256 }: DeparturesServerOptions,
): Promise<DeparturesServer> {
  const server = createServer((request, response) => {
    const late = setTimeout(() => answer(table, request, response), latencyMs);
    response.once('close', () => clearTimeout(late));
  });
  server.maxConnections = maxConnections;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  let closed: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      closed ??= stop(server);
      return closed;
    },
  };
}

function answer(table: ReadonlyMap<string, Departures>, request: IncomingMessage, response: ServerResponse): void {
  const iata = /^\/departures\/([^/?]+)$/.exec(request.url ?? '')?.[1];
  if (iata === undefined) send(response, 404, { error: 'not found; ask for /departures/<iata>' });
  else if (request.method !== 'GET') send(response, 405, { error: 'only GET is served' });
  else send(response, 200, table.get(iata) ?? none);
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

async function stop(server: Server): Promise<void> {
  const ended = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await ended;
}
