import { OptionError } from '../errors.js';
import { checkOptions, type OptionRule, type OptionRules, wholeNumber } from '../options.js';
import { Discretion } from './discretion.js';
import { Exchange } from './exchange.js';
import { group, headers, ms, query, url } from './kinds.js';
import { type HttpRate, Pacer } from './pacer.js';
import { retryDefaults } from './retry.js';
import type { Timing } from './timing.js';
import { secretName } from './url-secrets.js';

/** Options that `http.read` and `http.write` have in common. */
export interface HttpOptions {
  /**
   * Headers of each request. Their values are secret: no error tells them, and no other origin is sent them, neither by a redirect nor by
   * the link to a next page (`accept`, `accept-encoding`, `accept-language`, `content-type` and `user-agent` aside).
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Parameters that are added to the query of the URL. A list gives a parameter several times. Errors do not tell their values. */
  readonly query?:
    | Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[] | undefined>>
    | undefined;
  /**
   * Longest silence of the server while it is waited for, before its answer and within it, in ms. Default 30,000; at most 300,000.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * When a request that failed is made again: after failures of the network, silence, and the statuses 408, 429 and 5xx. Default: 5 attempts
   * in all. Where the server closes a connection that was kept from an earlier request, one that may come twice is made again at once, by a
   * new connection, and that takes no attempt: GET, HEAD, PUT, and with a header `idempotency-key`.
   */
  readonly retry?: HttpRetry | undefined;
  /** At which rate requests start, further attempts included, for each opening. Default: no limit. */
  readonly rate?: HttpRate | undefined;
}

/** When a request is made again. Each delay is drawn at random between 0 and its upper end. */
export interface HttpRetry {
  /** Attempts of one request in all. Default 5. */
  readonly attempts?: number | undefined;
  /** Upper end of the first delay, in ms; each is chosen at random below its upper end. Default 200. */
  readonly delayMs?: number | undefined;
  /** Each further delay is so many times as long. Default 2. */
  readonly factor?: number | undefined;
  /** No delay is longer, in ms. Default 30,000. */
  readonly maxDelayMs?: number | undefined;
  /** `Retry-After` is obeyed up to that, in ms; when the server asks for more the request fails. Default 60,000. */
  readonly maxRetryAfterMs?: number | undefined;
}

export const urlRule: OptionRule = { ...url, doc: 'Address, of http or https.', required: true };

export const commonRules: Readonly<Record<keyof HttpOptions, OptionRule>> = {
  headers: {
    ...headers,
    doc: 'Headers of each request; their values are secret, and no other origin is sent them.',
    default: 'none',
    isSecret: true,
  },
  query: {
    ...query,
    doc: 'Parameters that are added to the query of the URL.',
    default: 'none',
    secretMembers: secretName,
  },
  timeoutMs: {
    ...ms(1, 300_000),
    doc: 'Longest silence of the server while it is waited for, before its answer and within it, in ms.',
    default: '30000',
  },
  retry: {
    ...group({
      attempts: wholeNumber('attempts', 1),
      delayMs: ms(0),
      factor: {
        allowed: 'a number, at least 1',
        accepts: (value) => typeof value === 'number' && value >= 1 && value < Number.POSITIVE_INFINITY,
        schema: { type: 'number', minimum: 1 },
      },
      maxDelayMs: ms(0),
      maxRetryAfterMs: ms(0),
    }),
    doc: 'When a request that failed is made again: after failures of the network, silence, and the statuses 408, 429 and 5xx.',
    default: '5 attempts, 200 ms apart at first, twice as long each time, 30000 ms at most; Retry-After is obeyed up to 60000 ms',
  },
  rate: {
    ...group({ limit: wholeNumber('requests', 1), perMs: ms(1) }, ['limit', 'perMs']),
    doc: 'Within any perMs at most limit requests start, further attempts included.',
    default: 'no limit',
  },
};

/** @throws OptionError, which does not tell the URL: it may hold a password */
export function checkHttp(connector: string, given: unknown, options: unknown, rules: OptionRules): void {
  if (!urlRule.accepts(given)) {
    const shown = typeof given === 'string' ? 'what was given' : String(given);
    throw new OptionError(connector, 'url', `the url must be ${urlRule.allowed}, not ${shown}`);
  }
  checkOptions(connector, options, rules);
}

/** The declared URL with the parameters of `query`. */
export function addressOf(given: string, { query: parameters = {} }: HttpOptions): URL {
  const address = new URL(given);
  address.hash = '';
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) address.searchParams.append(name, String(one));
  }
  return address;
}

/** What one opening sends its requests by, with a rate of its own. */
export interface Contact {
  readonly exchange: Exchange;
  readonly discretion: Discretion;
}

/** @param extra headers for those that the declaration does not set */
export function contactWith(
  address: URL,
  options: HttpOptions,
  timing: Timing,
  extra: Readonly<Record<string, string>>,
): Contact {
  const sent = new Headers(options.headers);
  for (const [name, value] of Object.entries(extra)) if (!sent.has(name)) sent.set(name, value);
  const { timeoutMs = 30_000, rate } = options;
  const given = Object.entries(options.retry ?? {}).filter(([, value]) => value !== undefined);
  const retry = { ...retryDefaults, ...Object.fromEntries(given) };
  const pacer = rate === undefined ? undefined : new Pacer(rate, timing);
  const discretion = new Discretion(address, sent);
  return { exchange: new Exchange({ discretion, timeoutMs, retry, pacer, timing }), discretion };
}

/** The options for a check: it tells what is, and does not wait for what may come. */
export function checkable<Options extends HttpOptions>(options: Options): Options {
  return { ...options, retry: { attempts: 1 } };
}
