import type { Pull } from '@millrace/core';
import { maxPull } from '../pulls.js';
import type { Answer } from './answer.js';
import { streamedItems } from './body-stream.js';
import type { Discretion } from './discretion.js';
import type { Call, Exchange } from './exchange.js';
import { itemsIn, parsedBody } from './json-page.js';
import type { Pager, SeenPage } from './pager.js';
import { defaultMaxBytes, type HttpReadOptions } from './read-options.js';

type Pulls = AsyncGenerator<Pull<unknown>, void, undefined>;

/** What one opening of a source reads by. */
export interface PageReading {
  readonly exchange: Exchange;
  readonly discretion: Discretion;
  readonly pager: Pager;
  readonly options: HttpReadOptions;
  readonly callTo: (url: URL) => Call;
}

interface JsonPage extends SeenPage {
  readonly list: readonly unknown[];
  /** The URL that was asked for, as errors and origins tell it. */
  readonly place: string;
}

/** Pages of JSON: while the items of one are taken the next one is read, and no more than that. */
export async function* jsonPages(reading: PageReading, outer: AbortSignal): Pulls {
  const { pager } = reading;
  const { maxPages = Number.POSITIVE_INFINITY } = reading.options;
  const ending = new AbortController();
  const onAbort = () => ending.abort(outer.reason);
  outer.throwIfAborted();
  outer.addEventListener('abort', onAbort, { once: true });
  let upcoming: Promise<JsonPage | undefined> = readPage(reading, pager.first, ending.signal);
  try {
    for (let count = 1; ; count++) {
      const page = await upcoming;
      if (page === undefined) return;
      upcoming = count < maxPages ? pageAfter(reading, page, ending.signal) : Promise.resolve(undefined);
      // It is looked at when the items before it have gone; until then its failure is not an unhandled rejection.
      upcoming.catch(() => {});
      const { list, place } = page;
      for (let first = 0; first < list.length; first += maxPull) {
        outer.throwIfAborted();
        yield { items: list.slice(first, first + maxPull), origin: (index) => `${place}#${first + index}` };
      }
    }
  } finally {
    outer.removeEventListener('abort', onAbort);
    ending.abort();
    await upcoming.catch(() => {});
  }
}

async function pageAfter(reading: PageReading, page: SeenPage, signal: AbortSignal): Promise<JsonPage | undefined> {
  const next = reading.pager.next(page);
  return next === undefined ? undefined : readPage(reading, next, signal);
}

async function readPage(
  { exchange, discretion, options, callTo }: PageReading,
  url: URL,
  signal: AbortSignal,
): Promise<JsonPage> {
  const { items, maxBytes = defaultMaxBytes, bigIntegers = 'fail' } = options;
  return exchange.send(callTo(url), signal, async (answer) => {
    const place = discretion.shown(url);
    const telling = { place, redacted: (text: string) => discretion.redacted(text) };
    // "No Content" and "Reset Content" have no body.
    const isEmpty = answer.status === 204 || answer.status === 205;
    const body = isEmpty ? [] : parsedBody(await answer.bytes(maxBytes), bigIntegers, telling);
    const list = isEmpty ? [] : itemsIn(body, items, telling);
    return { url: answer.url, headers: answer.headers, body, list, place, items: list.length };
  });
}

/** Pages in a format that streams, one after another: where the next one is may depend on the items of the one before. */
export async function* streamedPages(reading: PageReading, signal: AbortSignal): Pulls {
  const { exchange, pager, callTo } = reading;
  const { maxPages = Number.POSITIVE_INFINITY } = reading.options;
  let count = 0;
  for (let url: URL | undefined = pager.first; url !== undefined && count < maxPages; count++) {
    const call = callTo(url);
    const answer: Answer = await exchange.send(call, signal, async (open) => open);
    let items = 0;
    try {
      for await (const pull of streamedItems(answer.chunks(), reading.discretion.shown(url), reading.options)) {
        items += pull.items.length;
        yield pull;
      }
    } catch (error) {
      throw exchange.explained(error, call);
    } finally {
      answer.close();
    }
    url = pager.next({ url: answer.url, headers: answer.headers, items });
  }
}
