import type { Source, SourceContext } from '@millrace/core';
import { maxPull } from '../pulls.js';
import { addressOf, checkable, contactWith } from './common-options.js';
import type { Call } from './exchange.js';
import { HttpError } from './http-error.js';
import { pagerFor } from './pager.js';
import { jsonPages, type PageReading, streamedPages } from './pages.js';
import { checkRead, type HttpReadOptions } from './read-options.js';
import { systemTiming, type Timing } from './timing.js';

/**
 * Reads items from the answers of a server, page by page.
 *
 * - A body is JSON, whose list of items is found by `items`; or, by `format`, NDJSON, text lines or CSV, which are parsed while they come.
 * - `pages` says how pages follow each other: by a `cursor` in the body, by the `link` header, by a `counter` in the query. Pages that go
 *   round in a circle are an error. While the items of a page of JSON are taken the next page is read, never more.
 * - Requests that fail are made again by `retry`, which obeys `Retry-After`; `rate` spaces them. A body that breaks off, be it within the
 *   gzip, deflate or br that the server packs it by, is asked for again when it is JSON; in the formats that stream it is an error, as its
 *   first items have gone.
 * - Redirects are followed; at a 303, and a POST at a 301 or 302 too, by a GET without the `body`, as browsers do. Headers of the declaration never go to another origin, whether by a redirect or by a link to a next page.
 *
 * An item's `origin` is `url#index`, its place in the list of its page; in the other formats `url:line:column`. Values are what `JSON.parse`
 * makes of them, as in `json.read`: whole numbers beyond ±(2⁵³ − 1) that would lose digits are an error, unless the option `bigIntegers`
 * says what they become; decimals are rounded to the nearest number, and dates are the strings that they are. `Item` is stated, not checked.
 * A cancel closes the connection at once.
 *
 * `check` asks for the first page by HEAD, or by its own method where the server refuses that, and reads no body.
 *
 * @throws OptionError at the declaration; HttpError and DataError while reading
 *
 * @example
 * ```ts
 * import { http } from '@millrace/connectors';
 * import { type Flow, flow } from '@millrace/core';
 *
 * interface Order {
 *   readonly id: number;
 * }
 *
 * export const orders = (url: string): Flow<Order> =>
 *   flow(
 *     http.read<Order>(`${url}/orders`, {
 *       items: 'data', // {"data": [ … ], "meta": {"next": "c2"}}
 *       pages: { cursor: { from: 'meta.next', param: 'after' } },
 *       rate: { limit: 10, perMs: 1_000 },
 *     }),
 *   );
 * ```
 */
export function read<Item = unknown>(url: string, options?: HttpReadOptions): Source<Item> {
  return readBy(systemTiming, url, options);
}

/** @internal For tests, which bring their own clock. */
export function readBy<Item>(timing: Timing, url: string, options: HttpReadOptions = {}): Source<Item> {
  checkRead(url, options);
  return {
    name: 'http',
    maxPull,
    check: (context) => checkSource(readingBy(timing, url, checkable(options)), context),
    open: ({ signal }) => {
      const reading = readingBy(timing, url, options);
      const pulls = (options.format ?? 'json') === 'json' ? jsonPages(reading, signal) : streamedPages(reading, signal);
      // What the type says of the items is the caller's word.
      return pulls as ReturnType<Source<Item>['open']>;
    },
  };
}

function readingBy(timing: Timing, url: string, options: HttpReadOptions): PageReading {
  const { format = 'json', body, method = body === undefined ? 'GET' : 'POST', pages } = options;
  const address = addressOf(url, options);
  const extra: Record<string, string> = {};
  if (format === 'json') extra.accept = 'application/json';
  if (body !== undefined && typeof body !== 'string') extra['content-type'] = 'application/json';
  const { exchange, discretion } = contactWith(address, options, timing, extra);
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const callTo = (target: URL): Call => ({ method, url: target, body: sent });
  return { exchange, discretion, pager: pagerFor(address, pages, discretion), options, callTo };
}

/** A server that answers badly to HEAD may know none, and is asked as for reading. */
async function checkSource({ exchange, pager, callTo }: PageReading, { signal }: SourceContext): Promise<void> {
  const call = callTo(pager.first);
  if (call.method === 'GET') {
    try {
      return await exchange.send({ method: 'HEAD', url: call.url }, signal, async () => {});
    } catch (error) {
      if (!(error instanceof HttpError) || error.status === undefined) throw error;
    }
  }
  await exchange.send(call, signal, async () => {});
}
