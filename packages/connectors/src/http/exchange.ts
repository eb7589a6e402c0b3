import { Answer, brokenOff } from './answer.js';
import type { Discretion } from './discretion.js';
import { HttpError, type HttpFailure } from './http-error.js';
import type { Pacer } from './pacer.js';
import { losesBody, redirectOf } from './redirect.js';
import { delayOf, isPassing, type RetryPolicy, retryAfterOf } from './retry.js';
import { type Timing, wait } from './timing.js';
import { exchanged, type Outgoing, type Reply } from './transport.js';
import { StaleError, Wire, WireError } from './wire.js';

/** A request to be made. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  /** Beside the headers of the declaration; not secret. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Whether it is made for the server to take the body: then no redirect takes that away. */
  readonly delivers?: boolean;
}

export interface ExchangeOptions {
  readonly discretion: Discretion;
  /** Longest silence of the server, in ms. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly pacer?: Pacer | undefined;
  readonly timing: Timing;
}

/** Why an attempt failed. */
interface Failure {
  readonly problem: string;
  readonly passes: boolean;
  readonly status?: number;
  readonly body?: string;
  readonly retryAfterMs?: number | undefined;
  readonly index?: number | undefined;
  readonly cause?: unknown;
}

type Outcome<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly failure: Failure };

const maxRedirects = 20;
/** Bytes of a refusal that are read to tell what it says. */
const excerptBytes = 4096;
/** Bytes of an answer that are looked at for what it says of single items. */
export const maxAnswerBytes = 16 * 1024 * 1024;

type Take<T> = (answer: Answer) => Promise<T>;
/** Which item of a batch the body of a refusal blames. */
type Blamed = (text: string) => number | undefined;

/** Sends requests, and the same again while that makes sense. */
export class Exchange {
  readonly #options: ExchangeOptions;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /**
   * What `take` makes of the answer, whose status is one of 200 to 299. `take` is a part of the attempt: when the body breaks off while it
   * reads, the request is made again. The answer is closed after it, unless `take` gives the answer itself: then the caller closes it.
   *
   * @throws HttpError; the reason of an abort; what `take` throws
   */
  async send<T>(call: Call, signal: AbortSignal, take: Take<T>, blamed?: Blamed): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      await this.#options.pacer?.turn(signal);
      const outcome = await this.#attempt(call, signal, take, blamed);
      if (outcome.kind === 'done') return outcome.value;
      await wait(this.#delayAfter(outcome.failure, call, attempt), signal, this.#options.timing);
    }
  }

  /** The error for what went wrong with a call, whose answer was read on after `send`. Others pass unchanged. */
  explained(error: unknown, call: Call): unknown {
    if (!(error instanceof WireError)) return error;
    return this.error(error.message, call, {}, error.cause);
  }

  error(
    problem: string,
    call: Pick<Call, 'method' | 'url'>,
    failure: Partial<Omit<HttpFailure, 'method' | 'url'>> = {},
    cause?: unknown,
  ): HttpError {
    const { discretion } = this.#options;
    return new HttpError(
      discretion.redacted(problem),
      { attempts: 1, ...failure, method: call.method, url: discretion.shown(call.url) },
      cause === undefined ? undefined : { cause },
    );
  }

  async #attempt<T>(call: Call, signal: AbortSignal, take: Take<T>, blamed?: Blamed): Promise<Outcome<T>> {
    const { timeoutMs, timing } = this.#options;
    const wire = new Wire(signal, timeoutMs, timing);
    let isKept = false;
    try {
      const answer = await this.#follow(call, wire);
      if (!answer.ok) return { kind: 'failed', failure: await this.#refusalOf(answer, blamed) };
      const value = await take(answer);
      isKept = Object.is(value, answer);
      return { kind: 'done', value };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof WireError)) throw error;
      return { kind: 'failed', failure: { problem: error.message, passes: error.passes, cause: error.cause } };
    } finally {
      if (!isKept) wire.close();
    }
  }

  /**
   * Redirects are followed with no declared header for another origin, where fetch takes `authorization` and `cookie` away and leaves those
   * such as `x-api-key`. Who was sent to another origin is not trusted any more, wherever that sends on to.
   *
   * To what delivers a body a 303 is the answer, and no good one: it sends elsewhere to look at what came of the request, and whether
   * that is "taken" or "log in first" it does not say.
   */
  async #follow({ method, url, headers = {}, body, delivers = false }: Call, wire: Wire): Promise<Answer> {
    const { discretion } = this.#options;
    let isTrusted = true;
    for (let hops = 0; ; hops++) {
      isTrusted &&= discretion.trusts(url);
      const sent = discretion.headersFor(isTrusted);
      for (const [name, value] of Object.entries(headers)) if (!sent.has(name)) sent.set(name, value);
      if (body === undefined) sent.delete('content-type');
      const outgoing = { method, headers: sent, body, signal: wire.signal, onPiece: wire.sign };
      const reply = await heard(wire, url, outgoing).catch((error: unknown) => this.#anew(error, wire, url, outgoing));
      const target = redirectOf(reply.status, reply.headers.get('location'), url);
      if (target === undefined || (delivers && reply.status === 303)) return new Answer(reply, url, wire);
      if (hops === maxRedirects) throw new WireError(`it redirects more than ${maxRedirects} times`, false);
      reply.discard();
      if (losesBody(reply.status, method, delivers)) {
        method = 'GET';
        body = undefined;
      }
      url = target;
    }
  }

  /**
   * Sends again at once, by a new connection, what found a stale one: that is the fault of keeping connections, and takes no attempt. As Go and
   * undici do, only what may come twice: RFC 9110 (9.2.2) has others sent again by none but those who know better, and `retry` tells that.
   */
  async #anew(error: unknown, wire: Wire, url: URL, outgoing: Outgoing): Promise<Reply> {
    if (!(error instanceof StaleError)) throw error;
    const { pacer, retry } = this.#options;
    if (mayComeTwice(outgoing)) {
      await pacer?.turn(wire.signal);
      return heard(wire, url, { ...outgoing, isAlone: true });
    }
    if (retry.attempts > 1) throw error;
    const way = 'it is sent again with "retry.attempts" of 2 or more, and with a header "idempotency-key"';
    throw new WireError(`${error.message}: whether it took the body is not known; ${way}`, true, { cause: error.cause });
  }

  async #refusalOf(answer: Answer, blamed?: Blamed): Promise<Failure> {
    const { discretion, timing } = this.#options;
    const { status } = answer;
    let body = '';
    let index: number | undefined;
    try {
      const text = await answer.startText(blamed === undefined ? excerptBytes : maxAnswerBytes);
      body = discretion.excerpt(text);
      index = blamed?.(text);
    } catch (error) {
      // The status says enough.
      if (!(error instanceof WireError)) throw error;
    }
    const isAuth = status === 401 || status === 403;
    const kept = isAuth && discretion.keepsFrom(answer.url);
    const passes = isPassing(status);
    const retryAfterMs = passes ? retryAfterOf(answer.headers, timing.date()) : undefined;
    const hint = kept ? `; the headers of the declaration were not sent, as ${answer.url.origin} is another origin` : '';
    return {
      problem: `the server answers ${answer.statusText}${hint}${this.#seeOther(answer)}`,
      passes,
      status,
      body,
      retryAfterMs,
      index,
    };
  }

  /** What to make of a 303 that was not followed. */
  #seeOther({ status, headers, url }: Answer): string {
    const target = redirectOf(status, headers.get('location'), url);
    if (status !== 303 || target === undefined) return '';
    const place = this.#options.discretion.shown(target);
    return `, which does not say whether it took the body, and leads to ${place}; give the URL that answers with a status of 200 to 299`;
  }

  /** @throws HttpError when there is no further attempt */
  #delayAfter({ problem, passes, cause, ...known }: Failure, call: Call, attempt: number): number {
    const { retry, timing } = this.#options;
    const failure = { ...known, attempts: attempt };
    if (!passes || attempt >= retry.attempts) throw this.error(problem, call, failure, cause);
    const { retryAfterMs = 0 } = known;
    if (retryAfterMs > retry.maxRetryAfterMs) {
      const asked = `${problem} and asks to wait ${Math.ceil(retryAfterMs / 1000)} s`;
      throw this.error(`${asked}, more than retry.maxRetryAfterMs allows (${retry.maxRetryAfterMs} ms)`, call, failure, cause);
    }
    return Math.max(retryAfterMs, delayOf(retry, attempt, timing.random));
  }
}

function mayComeTwice({ method, headers }: Outgoing): boolean {
  return ['GET', 'HEAD', 'PUT'].includes(method) || headers.has('idempotency-key');
}

async function heard(wire: Wire, url: URL, outgoing: Outgoing): Promise<Reply> {
  try {
    return await wire.hear(() => exchanged(url, outgoing));
  } catch (error) {
    if (error instanceof WireError || wire.isAborted) throw error;
    throw brokenOff(isNoHttp(error) ? 'the server answers what is no HTTP' : 'the server cannot be reached', error);
  }
}

/** By the codes of the parser of Node.js. */
function isNoHttp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('HPE_');
}
