import type { ClientRequest, IncomingMessage } from 'node:http';
import { unpacked } from './content-coding.js';
import { StaleError, WireError } from './wire.js';

/** A request as it goes by the wire. */
export interface Outgoing {
  readonly method: string;
  readonly headers: Headers;
  readonly body?: string | undefined;
  /** Ends the request, and the reading of its answer, with the signal's reason. It must abort some time: that frees what was not read. */
  readonly signal: AbortSignal;
  /** Called for each piece of the body that comes, as it is packed: what unpacks it may need many for its first byte. */
  readonly onPiece?: () => void;
  /** By a connection of its own, which none has used before. Default false. */
  readonly isAlone?: boolean;
}

/** What a server answers. */
export interface Reply {
  readonly status: number;
  /** `Not Found`; may be empty. */
  readonly statusText: string;
  readonly headers: Headers;
  /** Unpacked, once. It ends only when all of it has come: one that breaks off throws, also within what it is packed as. */
  readonly body: AsyncIterable<Uint8Array>;
  /** For a body that nobody wants, in the place of reading it. */
  readonly discard: () => void;
}

/** Reading more than that costs more than another connection. */
const maxDiscardBytes = 64 * 1024;

/**
 * Makes a request by the client of `node:http`, whose connections are used again; redirects are not followed.
 *
 * Rejected: `fetch`. It unpacks the body by itself, takes the end of the connection for the end of a gzip, deflate or br that has none, and
 * lets nobody see what came: a body that was cut read as complete. No header of the answer tells such a one either, when a proxy has put
 * what was cut into a frame of its own.
 *
 * @throws errors of the network, with a `code`; StaleError; the reason of the signal
 */
export async function exchanged(url: URL, outgoing: Outgoing): Promise<Reply> {
  // Most lanes have a connector and no request: these take 13 ms to load.
  const client = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  const { method, body, signal, isAlone = false } = outgoing;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const headers = sentHeaders(url, outgoing);
    const request = client.request(url, { method, headers, ...(isAlone && { agent: false }) });
    let answer: IncomingMessage | undefined;
    // Not left to the events: a request that waits for a connection of its agent tells of its end only when it would have got one.
    const onAbort = () => {
      reject(signal.reason);
      // First the body: the request, when it is destroyed, has it end as if it were complete.
      answer?.destroy(asError(signal.reason));
      request.destroy(asError(signal.reason));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    // After the answer it is the body that tells; this must stay, or the program would end.
    request.on('error', (error) => {
      reject(signal.aborted ? signal.reason : isStale(request, error) ? new StaleError(error) : error);
      // Else the body knows no more than that the connection was closed, not that its frame is wrong.
      if (answer?.complete === false) answer.destroy(error);
    });
    request.on('close', () => {
      signal.removeEventListener('abort', onAbort);
      reject(new WireError('the connection was closed without an answer', true));
    });
    request.on('upgrade', (_message, socket) => {
      socket.destroy();
      reject(new WireError('it asks for another protocol than HTTP (status 101)', false));
    });
    request.on('response', (message) => {
      answer = message;
      // An answer may come before the server has taken the body, which it may never do then.
      message.on('close', () => {
        if (!request.writableFinished) request.destroy();
      });
      // A reading tells it, if there is one.
      message.on('error', () => {});
      try {
        resolve(replyOf(message, outgoing));
      } catch (error) {
        request.destroy();
        reject(error);
      }
    });
    request.end(body);
  });
}

/** Once there is an answer nobody hears of it. */
function isStale(request: ClientRequest, error: Error & { readonly code?: string }): boolean {
  return request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** What fetch sends too: servers are known that refuse who tells nothing of himself. */
function sentHeaders(url: URL, { headers, body }: Outgoing): Record<string, string> {
  // Through plain http proxies br does not always come well, which is why browsers do not offer it there. Parts of packed bodies are none.
  const packed = url.protocol === 'https:' ? 'br, gzip, deflate' : 'gzip, deflate';
  const sent: Record<string, string> = {
    accept: '*/*',
    'accept-language': '*',
    'accept-encoding': headers.has('range') ? 'identity' : packed,
    'user-agent': 'node',
    ...Object.fromEntries(headers),
  };
  if (body !== undefined) sent['content-length'] = String(Buffer.byteLength(body));
  return sent;
}

function replyOf(message: IncomingMessage, { method, onPiece }: Outgoing): Reply {
  const headers = new Headers();
  const { rawHeaders, statusCode: status = 0, statusMessage: statusText = '' } = message;
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  const discard = () => {
    const length = Number(headers.get('content-length') ?? Number.POSITIVE_INFINITY);
    if (!hasBody || length <= maxDiscardBytes) message.resume();
    else message.destroy();
  };
  const pieces = onPiece === undefined ? message : told(message, onPiece);
  return { status, statusText, headers, body: hasBody ? unpacked(pieces, headers) : message, discard };
}

async function* told(pieces: AsyncIterable<Uint8Array>, onPiece: () => void): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) {
    onPiece();
    yield piece;
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
