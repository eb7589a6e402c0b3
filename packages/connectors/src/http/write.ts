import type { Sink, SinkContext, Writer } from '@millrace/core';
import type { Answer } from './answer.js';
import { batchBody } from './batch-body.js';
import { BatchKeys } from './batch-keys.js';
import { addressOf, type Contact, checkable, contactWith } from './common-options.js';
import { type Call, maxAnswerBytes } from './exchange.js';
import { HttpError } from './http-error.js';
import { refusedItem } from './refused-item.js';
import { systemTiming, type Timing } from './timing.js';
import { checkWrite, type HttpWriteOptions } from './write-options.js';

/**
 * Sends each batch as one request: a list of JSON, or NDJSON by `body`. The size of batches, and how many are under way at once, are said
 * where the sink is used: `.to(http.write(url), { batch: { items: 500 }, concurrency: 4 })`. A batch is delivered when the server answers
 * with a status of 200 to 299. A redirect by 301, 302, 307 or 308 is followed with the same method and the batch, without the headers where
 * that is another origin. A 303 is an error: it does not say whether the batch was taken.
 *
 * **The guarantee is at least once.** A request whose answer is lost, or that took too long, is sent again, and so is a whole batch of which
 * the server refuses an item: the server may see items twice. `idempotencyKey` lets a server that knows such keys tell. What was sent cannot
 * be called back: the commit and the abort of a run send nothing, and a run that fails leaves with the server what it has taken.
 *
 * `retry` is of this sink, within one write; the `retry` of `.to(sink, { retry })` comes on top of it. An error carries `retryAfterMs` when
 * the server has asked for a pause, and then the run's sink rests for that long. With `errorsAt` it carries the `index` of a refused item,
 * so that `onError: 'skip' | 'deadLetter'` takes that one out and no other.
 *
 * `check` asks by HEAD, and fails when the server cannot be reached, answers 401 or 403, or has an error of its own (5xx, except 501); other
 * refusals tell nothing of the method that is meant.
 *
 * @throws OptionError at the declaration; HttpError and ItemError while writing
 *
 * @example
 * ```ts
 * import { csv, http } from '@millrace/connectors';
 * import { flow, pipeline } from '@millrace/core';
 *
 * export const upload = pipeline(import.meta, 'upload', ({ file, url }: { file: string; url: string }) =>
 *   flow(csv.read(file)).to(http.write(url, { wrap: 'rows', idempotencyKey: true }), { batch: { items: 500 }, concurrency: 4 }),
 * );
 * ```
 */
export function write(url: string, options?: HttpWriteOptions): Sink<unknown> {
  return writeBy(systemTiming, url, options);
}

/** @internal For tests, which bring their own clock. */
export function writeBy(timing: Timing, url: string, options: HttpWriteOptions = {}): Sink<unknown> {
  checkWrite(url, options);
  const address = addressOf(url, options);
  const type = options.body === 'ndjson' ? 'application/x-ndjson' : 'application/json';
  const contact = (common: HttpWriteOptions) => contactWith(address, common, timing, { 'content-type': type });
  return {
    name: 'http',
    check: ({ signal }) => checkSink(contact(checkable(options)), address, signal),
    open: async ({ signal }) => {
      signal.throwIfAborted();
      return new HttpWriter(contact(options), address, options);
    },
  };
}

class HttpWriter implements Writer<unknown> {
  readonly #contact: Contact;
  readonly #address: URL;
  readonly #options: HttpWriteOptions;
  readonly #keys: BatchKeys | undefined;

  constructor(contact: Contact, address: URL, options: HttpWriteOptions) {
    this.#contact = contact;
    this.#address = address;
    this.#options = options;
    this.#keys = options.idempotencyKey ? new BatchKeys() : undefined;
  }

  // The members are arrow functions, as those of a Writer may be taken out.
  readonly write = async (items: readonly unknown[], { signal }: SinkContext): Promise<void> => {
    signal.throwIfAborted();
    if (items.length === 0) return;
    const { bigIntegers = 'fail' } = this.#options;
    const body = batchBody(items, this.#options, { connector: 'http.write', bigIntegers });
    const batch = this.#keys?.of(body);
    const headers = batch === undefined ? {} : { 'idempotency-key': batch.key };
    try {
      const method = this.#options.method ?? 'POST';
      await this.#send({ method, url: this.#address, headers, body, delivers: true }, items.length, signal);
    } catch (error) {
      batch?.failed();
      throw error;
    }
  };

  readonly commit = async (): Promise<void> => {};

  readonly abort = async (): Promise<void> => {};

  async #send(call: Call, count: number, signal: AbortSignal): Promise<void> {
    const { exchange, discretion } = this.#contact;
    const { errorsAt } = this.#options;
    if (errorsAt === undefined) {
      await exchange.send(call, signal, (answer) => answer.drain());
      return;
    }
    const refused = (text: string) => refusedItem(text, errorsAt, count);
    const take = async (answer: Answer): Promise<void> => {
      const refusal = refused(await answer.startText(maxAnswerBytes));
      if (refusal === undefined) return;
      const { problem, index, said } = refusal;
      const failure = { status: answer.status, body: discretion.excerpt(said), index };
      throw exchange.error(`the server answers ${answer.statusText}, and ${problem}`, call, failure);
    };
    await exchange.send(call, signal, take, (text) => refused(text)?.index);
  }
}

/** That the server refuses a HEAD says nothing: what takes a POST need not know it, or answers 404 or 405 to it. */
async function checkSink({ exchange }: Contact, url: URL, signal: AbortSignal): Promise<void> {
  try {
    await exchange.send({ method: 'HEAD', url }, signal, async () => undefined);
  } catch (error) {
    const status = error instanceof HttpError ? error.status : undefined;
    const isTelling = status === undefined || status === 401 || status === 403 || (status >= 500 && status !== 501);
    if (isTelling) throw error;
  }
}
