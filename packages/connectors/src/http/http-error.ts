import { MillraceError } from '@millrace/core';

/** What is known of a request that failed. */
export interface HttpFailure {
  /** `GET`, `POST` … */
  readonly method: string;
  /** Without credentials: values of the query that the declaration gave, or that are named like secrets, are `***`. */
  readonly url: string;
  /** Of the answer; undefined when there was none, or none that could be read. */
  readonly status?: number | undefined;
  /** The first 200 characters of the answer's body, secrets taken out. */
  readonly body?: string | undefined;
  /** Attempts that were made. */
  readonly attempts: number;
  /** What the server asked for by `Retry-After`, in ms. A stage or sink with `retry` rests for that long. */
  readonly retryAfterMs?: number | undefined;
  /** 0-based place in the batch of the item that the server refuses, as far as it said so. */
  readonly index?: number | undefined;
}

/**
 * A request failed: the server cannot be reached, is silent, breaks off, refuses, or says what cannot be followed. No header and no other
 * secret of the declaration is in the message or any member.
 */
export class HttpError extends MillraceError implements HttpFailure {
  /** Always `ERR_HTTP`. */
  readonly code = 'ERR_HTTP';
  readonly method: string;
  readonly url: string;
  readonly status: number | undefined;
  readonly body: string | undefined;
  readonly attempts: number;
  readonly retryAfterMs: number | undefined;
  readonly index: number | undefined;

  constructor(problem: string, failure: HttpFailure, options?: ErrorOptions) {
    const { method, url, status, body, attempts, retryAfterMs, index } = failure;
    const tries = attempts > 1 ? `, after ${attempts} attempts` : '';
    const said = body === undefined || body === '' ? '' : `; the body begins: ${JSON.stringify(body)}`;
    super(`${method} ${url}: ${problem}${tries}${said}`, options);
    this.method = method;
    this.url = url;
    this.status = status;
    this.body = body;
    this.attempts = attempts;
    this.retryAfterMs = retryAfterMs;
    this.index = index;
  }
}
