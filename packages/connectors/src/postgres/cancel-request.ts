import type { Client } from 'pg';

/** What the driver has of a connection on the wire, and does not declare. */
interface Wire {
  readonly connect: (portOrPath: number | string, host?: string) => void;
  readonly requestSsl: () => void;
  readonly cancel: (processId: number, secretKey: number) => void;
  readonly on: (event: 'connect' | 'sslconnect' | 'end' | 'error', listener: () => void) => void;
  readonly stream: { readonly destroy: () => void };
}

/** What the server gave at the start, by which it knows whom a request is about. */
interface Session {
  readonly processID: number;
  readonly secretKey: number;
}

/** A server that does not answer in this time gets no more, in ms. */
const answerMs = 500;

/**
 * Asks the server, over a connection of its own, to end what `session` runs. Resolves when the server has taken it, or will not; never
 * rejects.
 *
 * @param client a new one, for the same server
 */
export function requestCancel(client: Client, session: Client): Promise<void> {
  const wire = wireOf(client);
  const { processID, secretKey } = session as unknown as Session;
  return new Promise((resolve) => {
    const timer = setTimeout(() => wire.stream.destroy(), answerMs);
    const over = () => {
      clearTimeout(timer);
      resolve();
    };
    const ask = () => wire.cancel(processID, secretKey);
    wire.on('connect', client.ssl ? () => wire.requestSsl() : ask);
    wire.on('sslconnect', ask);
    wire.on('error', over);
    wire.on('end', over);
    if (client.host.startsWith('/')) wire.connect(`${client.host}/.s.PGSQL.${client.port}`);
    else wire.connect(client.port, client.host);
  });
}

/** Ends the connection without a word to the server, which may not be there any more. */
export function cutOff(client: Client): void {
  wireOf(client).stream.destroy();
}

function wireOf(client: Client): Wire {
  return client.connection as unknown as Wire;
}
