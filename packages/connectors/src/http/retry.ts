/** Which failed requests are sent again, and when. */
export interface RetryPolicy {
  /** Attempts of one request in all, ≥ 1. */
  readonly attempts: number;
  /** Upper end of the first delay, in ms. Delays are chosen at random below their upper end, so that programs do not come back together. */
  readonly delayMs: number;
  /** Each further delay is so many times as long, ≥ 1. */
  readonly factor: number;
  /** No delay is longer, in ms. */
  readonly maxDelayMs: number;
  /** Longest time that a server may ask for by `Retry-After`, in ms; when it asks for more the request fails. */
  readonly maxRetryAfterMs: number;
}

export const retryDefaults: RetryPolicy = {
  attempts: 5,
  delayMs: 200,
  factor: 2,
  maxDelayMs: 30_000,
  maxRetryAfterMs: 60_000,
};

/** Time before the attempt that follows on number `attempt`, in ms: capped exponential backoff with full jitter. */
export function delayOf({ delayMs, factor, maxDelayMs }: RetryPolicy, attempt: number, random: () => number): number {
  return random() * Math.min(maxDelayMs, delayMs * factor ** (attempt - 1));
}

/** Statuses after which the same request may well succeed. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * What `Retry-After` asks for, in ms from `date` (ms since 1970): seconds or a date of HTTP. A date that has passed is 0; undefined without
 * the header, and when it is neither.
 */
export function retryAfterOf(headers: Headers, date: number): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Only dates of HTTP, which begin with a day: Date.parse makes something of almost any text.
  const at = /^(mon|tue|wed|thu|fri|sat|sun)/i.test(text) ? Date.parse(inGmt(text)) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - date);
}

/** The oldest of the three forms, `Sun Nov  6 08:49:37 1994`, has no zone and means GMT (RFC 9110, 5.6.7); `Date.parse` takes the machine's. */
function inGmt(text: string): string {
  return /\d:\d\d \d{4}$/.test(text) ? `${text} GMT` : text;
}

const hopeless =
  /^(CERT_|ERR_TLS|ERR_SSL|ERR_INVALID_|ERR_UNESCAPED_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|UND_ERR_INVALID_ARG|UND_ERR_NOT_SUPPORTED|UND_ERR_REQ_)/;

/** Whether a failure of the network may pass: it has the code of a system or of the client, and none for what stays wrong. */
export function isPassingCode(code: string | undefined): boolean {
  return code !== undefined && !hopeless.test(code);
}
