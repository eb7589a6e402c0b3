import { headerText } from './header-text.js';
import { webUrl } from './web-url.js';
import { WireError } from './wire.js';

/**
 * Where an answer leads; undefined when it leads nowhere.
 *
 * @throws WireError for what is not of the web
 */
export function redirectOf(status: number, location: string | null, from: URL): URL | undefined {
  if (location === null || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  const target = webUrl(headerText(location), from);
  if (target === undefined) throw new WireError('it redirects to what is no URL of http or https', false);
  return target;
}

/**
 * Whether the request to where an answer leads is a GET without body.
 *
 * What asks for something does as browsers and fetch do. They make a GET of a POST at a 301 and 302 too, for old servers that meant a 303;
 * RFC 9110 (15.4.2, 15.4.3) allows it and does not ask for it. What delivers a body must not: the GET is answered well, and the body is
 * gone. Rejected: to refuse 301 and 302 to it. They are what most servers answer at a missing slash, a host without www and plain http,
 * and one that takes nothing where they lead to says so.
 */
export function losesBody(status: number, method: string, delivers: boolean): boolean {
  if (delivers) return false;
  return (status === 303 && method !== 'HEAD') || ((status === 301 || status === 302) && method === 'POST');
}
