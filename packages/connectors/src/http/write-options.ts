import { OptionError } from '../errors.js';
import { type BigIntegersWritten, bigIntegersWriteRule } from '../json/value-text.js';
import { aBoolean, aText, type OptionRule, oneOf } from '../options.js';
import { checkHttp, commonRules, type HttpOptions } from './common-options.js';
import { memberPath } from './kinds.js';

/** Options of `http.write`. How many items are a request is said by `batch` where the sink is used. */
export interface HttpWriteOptions extends HttpOptions {
  /** Method of each request. Default `POST`. */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | undefined;
  /** How a batch is sent: as a `json` list (the default), or as `ndjson`, one item a line. */
  readonly body?: 'json' | 'ndjson' | undefined;
  /** Of `json`: the member of an object that holds the list. Default: the body is the list. */
  readonly wrap?: string | undefined;
  /** What becomes of a bigint, for which JSON has no type of its own. Default `fail`; `number` writes all its digits, `string` a string of them. */
  readonly bigIntegers?: BigIntegersWritten | undefined;
  /** Send a header `Idempotency-Key` that is the same when a batch is sent again, and differs between batches. Default false. */
  readonly idempotencyKey?: boolean | undefined;
  /**
   * Where in an answer of JSON, be its status good or bad, is a list of `{ index, … }` that tells which items of the batch the server
   * refuses; an empty or absent one means none. Default: answers are not looked into.
   */
  readonly errorsAt?: string | undefined;
}

export const writeRules: Readonly<Record<keyof HttpWriteOptions, OptionRule>> = {
  ...commonRules,
  method: { ...oneOf('POST', 'PUT', 'PATCH'), doc: 'Method of each request.', default: '"POST"' },
  body: { ...oneOf('json', 'ndjson'), doc: 'How a batch is sent: as a list of JSON, or one item a line.', default: '"json"' },
  wrap: { ...aText, doc: 'Of json: the member of an object that holds the list.', default: 'the body is the list' },
  bigIntegers: bigIntegersWriteRule,
  idempotencyKey: {
    ...aBoolean,
    doc: 'Send a header Idempotency-Key that is the same when a batch is sent again, and differs between batches.',
    default: 'false',
  },
  errorsAt: {
    ...memberPath,
    doc: 'Where in an answer of JSON is a list of { index, … } that tells which items of the batch the server refuses.',
    default: 'answers are not looked into',
  },
};

/** @throws OptionError */
export function checkWrite(url: unknown, options: HttpWriteOptions | undefined): void {
  checkHttp('http.write', url, options, writeRules);
  if (options?.wrap !== undefined && options.body === 'ndjson') {
    throw new OptionError(
      'http.write',
      'wrap',
      'the option "wrap" is for the body "json": lines of NDJSON have nothing around them',
    );
  }
}
