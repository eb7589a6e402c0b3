import type { Client } from 'pg';
import type { Address } from './address.js';
import { cutOff, requestCancel } from './cancel-request.js';
import { CopyIn } from './copy-in.js';
import { CopyStream } from './copy-stream.js';
import { type Driver, loadDriver } from './driver.js';
import { PostgresError, postgresError, type Sent } from './postgres-error.js';

/** What a statement gave, as the server wrote it. */
export interface RawResult {
  /** `SELECT`, `COMMIT`, `ROLLBACK`. */
  readonly command: string;
  readonly fields: readonly RawField[];
  readonly rows: readonly RawRow[];
}

export interface RawField {
  readonly name: string;
  /** Its type's number in the catalog. */
  readonly type: number;
}

export type RawRow = readonly (string | null)[];

/** Values stay text, and the parsers that the driver has for the whole program are not asked. */
const rawTypes = { getTypeParser: () => (text: string) => text };

/** Text of a known form, whatever the database or the role has set; what the user's SQL means does not depend on these. */
const forms = 'set datestyle to iso; set intervalstyle to postgres; set bytea_output to hex; set extra_float_digits to 1';

/** How long a connection that is told goodbye may take to close, and how often a cancel is repeated, in ms. */
const goodbyeMs = 500;
const cancelEveryMs = 200;
const maxCancels = 5;

/** Of what nothing aborts but the end of the connection. */
export const never: AbortSignal = new AbortController().signal;

/** What the driver read in the URL, as it keeps it. */
interface Limited {
  readonly connectionParameters: { query_timeout: unknown };
}

/** One connection. Statements go one after the other: a second one waits for the first. */
export class Connection {
  /** `host:port/database`. */
  readonly place: string;
  readonly #client: Client;
  readonly #driver: Driver;
  readonly #address: Address;
  /** Why it is gone, when it went by itself. */
  #lost: unknown;
  #closed: Promise<void> | undefined;
  /** The statement under way. */
  #pending: Promise<unknown> | undefined;

  private constructor(client: Client, driver: Driver, address: Address) {
    this.#client = client;
    this.#driver = driver;
    this.#address = address;
    this.place = placeOf(client);
    client.on('error', (error) => {
      this.#lost ??= error;
    });
  }

  /**
   * @param connector its name, for the error when the packages are missing
   * @throws MissingPackageError, PostgresError; the signal's reason
   */
  static async open(connector: string, address: Address, signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted();
    const driver = await loadDriver(connector);
    signal.throwIfAborted();
    const connection = new Connection(clientOf(driver, address), driver, address);
    await connection.#connect(signal);
    return connection;
  }

  /** @param values texts for `$1` and so on */
  query(text: string, values: readonly (string | null)[], signal: AbortSignal, sent?: Omit<Sent, 'query'>): Promise<RawResult> {
    const config = { text, values: [...values], rowMode: 'array' as const, types: rawTypes, queryMode: 'extended' };
    const run = async (): Promise<RawResult> => {
      const { command, fields, rows } = await this.#client.query<(string | null)[]>(config as never);
      return { command, fields: fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })), rows };
    };
    return this.#run(run, signal, sent && { query: text, ...sent });
  }

  /** Sends the rows of a `COPY … FROM STDIN`, as they are to lie on the wire. Other statements may stand before and behind it. */
  copyIn(text: string, rows: Uint8Array, signal: AbortSignal): Promise<void> {
    const run = (): Promise<void> => this.#client.query(new CopyIn(text, rows)).done;
    return this.#run(run, signal);
  }

  /**
   * Begins a `COPY … FROM STDIN` whose rows come by and by. `done` is that of the stream, with its errors told as all others. The driver's
   * `query_timeout` does not count, as it would the time in which no rows come.
   */
  copyStream(text: string): { readonly stream: CopyStream; readonly done: Promise<void> } {
    const stream = new CopyStream(text);
    const { connectionParameters } = this.#client as unknown as Limited;
    const run = (): Promise<void> => {
      const { query_timeout } = connectionParameters;
      // Read when the statement is given to the driver, and at no other time.
      connectionParameters.query_timeout = 0;
      try {
        return this.#client.query(stream).done;
      } finally {
        connectionParameters.query_timeout = query_timeout;
      }
    };
    return { stream, done: this.#run(run, never) };
  }

  /** The `query_timeout` of the URL, in ms; 0: none. */
  get queryTimeoutMs(): number {
    return Number((this.#client as unknown as Limited).connectionParameters.query_timeout) || 0;
  }

  /** It has gone by itself: the server ended it, or the network did. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Ends the statement under way and says goodbye; what is not committed is undone. Waits a moment for the server to hear it, and never rejects. */
  close(): Promise<void> {
    this.#closed ??= this.#goodbye();
    return this.#closed;
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const onAbort = () => cutOff(this.#client);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await this.#client.connect();
      await this.#client.query(forms);
    } catch (error) {
      cutOff(this.#client);
      throw signal.aborted ? signal.reason : postgresError(this.place, error);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** An abort ends what the server does and rejects with the signal's reason, unless the statement was faster. */
  async #run<T>(start: () => Promise<T>, signal: AbortSignal, sent?: Sent): Promise<T> {
    signal.throwIfAborted();
    if (this.#lost !== undefined) throw this.#lostError();
    const pending = start();
    this.#pending = pending;
    let interruption: Promise<void> | undefined;
    const onAbort = () => {
      interruption = this.#interrupt(pending);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await pending;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (this.#lost !== undefined) throw this.#lostError();
      const told = postgresError(this.place, error, sent);
      // A server that ends a connection says so before it closes it.
      if (told.sqlState !== undefined && told.unreachable) this.#lost = error;
      throw told;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#pending = undefined;
      // A request that is still on its way would hit the next statement.
      await interruption;
    }
  }

  /** A request that comes before its statement has begun does nothing, so it is repeated; in the end the connection is cut. */
  async #interrupt(pending: Promise<unknown>): Promise<void> {
    let over = false;
    const settled = pending.then(
      () => undefined,
      () => undefined,
    );
    settled.then(() => {
      over = true;
    });
    for (let tries = 0; tries < maxCancels && !over; tries++) {
      await requestCancel(clientOf(this.#driver, this.#address), this.#client);
      await within(cancelEveryMs, settled);
    }
    if (!over) cutOff(this.#client);
  }

  async #goodbye(): Promise<void> {
    if (this.#pending !== undefined) await this.#interrupt(this.#pending);
    const ended = this.#client.end().catch(() => undefined);
    if (!(await within(goodbyeMs, ended))) cutOff(this.#client);
  }

  #lostError(): PostgresError {
    return postgresError(this.place, this.#lost);
  }
}

function clientOf({ Client }: Driver, { url, connectTimeoutMs }: Address): Client {
  try {
    return new Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      fallback_application_name: 'millrace',
      keepAlive: true,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // Without the cause: the error for a URL holds it, and the password with it.
    throw new PostgresError('(no address)', { problem: `the driver cannot read the URL: ${why}` });
  }
}

function placeOf({ host, port, database }: Client): string {
  return `${host}:${port}/${database ?? ''}`;
}

/** Whether it settled within so many ms. */
async function within(ms: number, settled: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([settled.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
