import { secretName } from './url-secrets.js';

/** Headers that everybody may see, and every origin be sent. All others may hold credentials. */
const harmless = new Set(['accept', 'accept-encoding', 'accept-language', 'content-type', 'user-agent']);

/** Shorter values are no secrets, and would blacken every text. */
const minSecretLength = 4;
const mask = '***';

/** Characters of a body that an error tells. */
const excerptLength = 200;

/** What of a declaration may be told, and to whom its headers may be sent. */
export class Discretion {
  readonly #first: URL;
  readonly #headers: Headers;
  readonly #secrets: readonly string[];

  /** @param first what the declaration asks for: its origin is the one that the headers are meant for */
  constructor(first: URL, headers: Headers) {
    this.#first = first;
    this.#headers = headers;
    const secrets = [...headers].filter(([name]) => !harmless.has(name)).flatMap(([, value]) => [value, ...partsOf(value)]);
    for (const [name, value] of first.searchParams) if (secretName.test(name)) secrets.push(value);
    // The longest first: one may be a part of another.
    this.#secrets = [...new Set(secrets.filter((secret) => secret.length >= minSecretLength).flatMap(formsOf))].sort(
      (a, b) => b.length - a.length,
    );
  }

  /** Whether that is the declared origin, which may be sent all headers. */
  trusts(url: URL): boolean {
    return url.origin === this.#first.origin;
  }

  /** All headers for the declared origin; for others those that hold no credentials. A copy. */
  headersFor(isTrusted: boolean): Headers {
    return new Headers([...this.#headers].filter(([name]) => isTrusted || harmless.has(name)));
  }

  /** Whether headers are kept back from that one. */
  keepsFrom(url: URL): boolean {
    return !this.trusts(url) && [...this.#headers.keys()].some((name) => !harmless.has(name));
  }

  /** The URL as errors and origins tell it: what paging has put into the query is told, what the declaration gave is not. */
  shown(url: URL): string {
    const query = [...url.searchParams].map(([name, value]) => {
      const isGiven = this.#first.searchParams.getAll(name).includes(value);
      return `${encodeURIComponent(name)}=${isGiven || secretName.test(name) ? mask : encodeURIComponent(this.redacted(value))}`;
    });
    return this.redacted(`${url.origin}${url.pathname}`) + (query.length === 0 ? '' : `?${query.join('&')}`);
  }

  /** The text without the secrets of the declaration: a server may send back what it was sent. */
  redacted(text: string): string {
    return this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, mask), text);
  }

  /** The first characters of a body, for people. Redacted before it is cut, so that no part of a secret is left at the cut. */
  excerpt(text: string): string {
    const redacted = this.redacted(text).replaceAll(/\s+/g, ' ').trim();
    return redacted.length > excerptLength ? `${redacted.slice(0, excerptLength)}…` : redacted;
  }
}

/** A secret as it is, as JSON quotes it, and as queries and paths encode it: a server that tells the URL of a request tells those. */
function formsOf(secret: string): string[] {
  const url = new URL('http://h');
  url.pathname = `/${secret}`;
  url.search = secret;
  const query = new URLSearchParams([['', secret]]).toString().slice(1);
  const forms = [
    JSON.stringify(secret).slice(1, -1),
    query,
    query.replaceAll('+', '%20'),
    url.pathname.slice(1),
    url.search.slice(1),
  ];
  // What is left of `a/../b` is no longer the secret, and may be as short as a letter.
  return [secret, ...forms.filter((form) => form.length >= secret.length)];
}

/** `Bearer abc` and `a=b; session=abc` are secret in their parts too, of which the words for the kind are none. */
function partsOf(value: string): string[] {
  const words = value.split(/[\s;,]+/).filter((word) => !/^(basic|bearer|digest|token|negotiate)$/i.test(word));
  return words.flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]);
}
