import { createHash } from 'node:crypto';
import { DataError } from '../errors.js';
import type { Discretion } from './discretion.js';
import { headerText } from './header-text.js';
import { linkTarget } from './link-header.js';
import { kindOf, memberAt } from './member.js';
import { webUrl } from './web-url.js';

/** How the pages of a source follow each other: one of three ways. */
export type HttpPages =
  | {
      /**
       * The body of each page names the next one, in the member at the path `from`: there is none when that is absent, null, false or empty.
       * With `param` it is the value of that parameter of the query; without, it is the URL of the next page.
       */
      readonly cursor: {
        /** Names of members with dots between them: `meta.next`. */
        readonly from: string;
        /** Parameter of the query that takes the value. Default: the value is the URL of the next page. */
        readonly param?: string | undefined;
      };
    }
  | {
      /** The `Link` header names the next page, by `rel="next"` (RFC 8288). */
      readonly link: true;
    }
  | {
      /**
       * A parameter of the query counts, from `first` (default 1) in steps of `step` (1), until a page has no items. `size` is a parameter
       * that asks for so many items; where the server counts items and no pages, let `first` be 0 and `step` the size.
       */
      readonly counter: {
        /** The parameter that counts: `page`, `offset`. */
        readonly param: string;
        /** Its value for the first page, a whole number. Default 1. */
        readonly first?: number | undefined;
        /** What is added for each further page. Default 1. */
        readonly step?: number | undefined;
        /** Default: pages are as long as the server makes them. */
        readonly size?:
          | {
              /** The parameter that asks for so many items: `limit`. */
              readonly param: string;
              /** Items a page. */
              readonly value: number;
            }
          | undefined;
      };
    };

/** A page that has come. */
export interface SeenPage {
  /** Where it came from. */
  readonly url: URL;
  readonly headers: Headers;
  /** Its JSON; undefined in the formats that stream. */
  readonly body?: unknown;
  readonly items: number;
}

/** Tells where the next page is. */
export interface Pager {
  readonly first: URL;
  /**
   * Undefined after the last page.
   *
   * @throws DataError when the server names none that can be asked for, or one that was asked for before
   */
  readonly next: (page: SeenPage) => URL | undefined;
}

export function pagerFor(address: URL, pages: HttpPages | undefined, discretion: Discretion): Pager {
  if (pages === undefined) return { first: address, next: () => undefined };
  if ('counter' in pages) return counterPager(address, pages.counter);
  const find = 'cursor' in pages ? cursorNext(address, pages.cursor, discretion) : linkNext(discretion);
  return { first: address, next: withoutLoops(address, find, discretion) };
}

function counterPager(address: URL, { param, first = 1, step = 1, size }: CounterOptions): Pager {
  const at = (count: number): URL => {
    const url = new URL(address);
    url.searchParams.set(param, String(count));
    if (size !== undefined) url.searchParams.set(size.param, String(size.value));
    return url;
  };
  let count = first;
  return {
    first: at(first),
    next: ({ items }) => {
      if (items === 0) return undefined;
      count += step;
      return at(count);
    },
  };
}

type CounterOptions = Extract<HttpPages, { readonly counter: unknown }>['counter'];
type CursorOptions = Extract<HttpPages, { readonly cursor: unknown }>['cursor'];

function cursorNext(address: URL, { from, param }: CursorOptions, discretion: Discretion): Pager['next'] {
  return ({ url, body }) => {
    const cursor = memberAt(body, from);
    if (cursor === undefined || cursor === null || cursor === '' || cursor === false) return undefined;
    // A bigint where the option `bigIntegers` makes them.
    if (typeof cursor !== 'string' && typeof cursor !== 'number' && typeof cursor !== 'bigint') {
      const problem = `the cursor at "${from}" is ${kindOf(cursor)}: it must be a string or a number`;
      throw new DataError(discretion.shown(url), 1, 1, discretion.redacted(problem));
    }
    if (param === undefined) return target(String(cursor), url, `the member "${from}"`, discretion);
    const next = new URL(address);
    next.searchParams.set(param, String(cursor));
    return next;
  };
}

function linkNext(discretion: Discretion): Pager['next'] {
  return ({ url, headers }) => {
    const link = linkTarget(headerText(headers.get('link') ?? ''), 'next');
    return link === undefined ? undefined : target(link, url, 'the Link header', discretion);
  };
}

function target(text: string, base: URL, what: string, discretion: Discretion): URL {
  const url = webUrl(text, base);
  if (url !== undefined) return url;
  throw new DataError(discretion.shown(base), 1, 1, `${what} names a next page that is no URL of http or https`);
}

/** Remembers digests: cursors may be long, and pages many. */
function withoutLoops(first: URL, find: Pager['next'], discretion: Discretion): Pager['next'] {
  const digestOf = (url: URL) => createHash('sha256').update(url.href).digest('base64');
  const asked = new Set([digestOf(first)]);
  return (page) => {
    const next = find(page);
    if (next === undefined) return undefined;
    const digest = digestOf(next);
    if (asked.has(digest)) {
      const problem = `the pages go round in a circle: the next one is ${discretion.shown(next)}, which was read before`;
      throw new DataError(discretion.shown(page.url), 1, 1, problem);
    }
    asked.add(digest);
    return next;
  };
}
