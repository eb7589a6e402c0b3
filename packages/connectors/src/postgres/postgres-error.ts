import { MillraceError, type SinkContext } from '@millrace/core';

/** What the server says of a failure, each where it says so: the fields of its error message, as PostgreSQL documents them. */
export interface PostgresFields {
  /** Five characters, the SQLSTATE: `23505` is a unique violation. Absent when no server spoke: it could not be reached, or the connection broke. */
  readonly sqlState?: string | undefined;
  /** What the message leaves out: `Key (id)=(1) already exists.` It may hold values of rows. */
  readonly detail?: string | undefined;
  /** What might mend it, as the server supposes. */
  readonly hint?: string | undefined;
  /** Of the table, where the failure is about one. */
  readonly schema?: string | undefined;
  /** Without its schema. */
  readonly table?: string | undefined;
  /** Of the table, where the failure is about one column. */
  readonly column?: string | undefined;
  /** Name of the constraint, or of the unique index, that was violated. */
  readonly constraint?: string | undefined;
  /** What the server was about: `COPY orders, line 3, column total: "oops"`. */
  readonly where?: string | undefined;
}

/** What a `PostgresError` is made of. */
export interface PostgresFailure extends PostgresFields {
  /** What was refused or broke, in one line. */
  readonly problem: string;
  /** Place of the refused item in its batch, from 0. */
  readonly index?: number | undefined;
  /** There is no connection. Default false. */
  readonly unreachable?: boolean;
}

/**
 * PostgreSQL refused something, or could not be reached, or the connection was lost. Its text never holds the password.
 *
 * @example
 * ```ts
 * import { PostgresError } from '@millrace/connectors';
 *
 * export function isDuplicate(error: unknown): boolean {
 *   return error instanceof PostgresError && error.sqlState === '23505';
 * }
 * ```
 */
export class PostgresError extends MillraceError implements PostgresFields {
  /** Always `ERR_POSTGRES`; `sqlState` tells what the server refused. */
  readonly code = 'ERR_POSTGRES';
  readonly sqlState: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;
  /** What the server was about: `COPY orders, line 3, column total: "oops"`. */
  readonly where: string | undefined;
  /** 0-based place in its batch of the item that was refused, where the server tells it. */
  readonly index: number | undefined;
  /** There is no connection (any more): what was asked may work when the server is back. */
  readonly unreachable: boolean;
  readonly #place: string;
  readonly #failure: PostgresFailure;
  #context: SinkContext | undefined;

  /** @param place `host:port/database` */
  constructor(place: string, failure: PostgresFailure, options?: ErrorOptions) {
    const { problem, detail, hint, where } = failure;
    const more = [detail, where, hint && `hint: ${hint}`].filter((text) => text !== undefined && text !== '');
    super([`postgres ${place}: ${problem}`, ...more].join('; '), options);
    this.#place = place;
    this.#failure = failure;
    this.sqlState = failure.sqlState;
    this.detail = detail;
    this.hint = hint;
    this.schema = failure.schema;
    this.table = failure.table;
    this.column = failure.column;
    this.constraint = failure.constraint;
    this.where = failure.where;
    this.index = failure.index;
    this.unreachable = failure.unreachable ?? false;
  }

  /** The write in whose batch that item was, where it was an earlier one than the one that rejects. */
  get context(): SinkContext | undefined {
    return this.#context;
  }

  /** @internal The same, with the item to blame, of an earlier write if need be. */
  at(index: number, context?: SinkContext): PostgresError {
    const error = new PostgresError(this.#place, { ...this.#failure, index }, { cause: this.cause });
    error.#context = context;
    return error;
  }

  /** @internal The same, with what might mend it, where the server supposes nothing. */
  hinted(hint: string): PostgresError {
    return new PostgresError(this.#place, { ...this.#failure, hint: this.hint ?? hint }, { cause: this.cause });
  }
}

/** What is ours in the text that the server was sent: a query of the user stands behind `before` characters. */
export interface Sent {
  readonly query: string;
  readonly before: number;
  /** The user's query, to whose text positions refer. */
  readonly user?: boolean;
}

/** A connection is gone with these, as the server shuts down or has ended it; with the others there is none. */
const endings = new Set(['57P01', '57P02', '57P05', '25P03']);
const refusals = new Set(['57P03', '53300']);

/** The error for anything that the driver gave. */
export function postgresError(place: string, error: unknown, sent?: Sent): PostgresError {
  if (error instanceof PostgresError) return error;
  const { code, detail, hint, schema, table, column, constraint, where, position } = Object(error) as Record<string, unknown>;
  const message = error instanceof Error ? error.message : String(error);
  const state = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) ? code : undefined;
  const failure: PostgresFailure = {
    problem: problemOf(message, code, state) + placeIn(sent, position),
    sqlState: state,
    detail: text(detail),
    hint: text(hint),
    schema: text(schema),
    table: text(table),
    column: text(column),
    constraint: text(constraint),
    where: text(where),
    unreachable: state === undefined ? !isPasswordMissing(message) : hasNoConnection(state),
  };
  return new PostgresError(place, failure, { cause: error });
}

function hasNoConnection(state: string): boolean {
  return state.startsWith('08') || endings.has(state) || refusals.has(state);
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: the connection was refused',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ENOENT: 'there is no such socket: is the server running?',
  EACCES: 'permission denied',
  ECONNRESET: 'the connection was lost: the other side reset it',
  EPIPE: 'the connection was lost: the other side closed it',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
};

function problemOf(message: string, code: unknown, state: string | undefined): string {
  if (state !== undefined) return endings.has(state) ? `the connection was lost: ${message}` : message;
  if (isPasswordMissing(message)) return 'the server wants a password, and the URL has none';
  const reason = typeof code === 'string' ? reasons[code] : undefined;
  if (reason !== undefined) return reason;
  if (message === 'Connection terminated unexpectedly' || message === 'Connection terminated') return 'the connection was lost';
  if (message === 'timeout expired') return 'no connection within the time of "connectTimeoutMs"';
  return message === '' ? `the connection failed${typeof code === 'string' ? ` (${code})` : ''}` : message;
}

/** What the driver says of it. */
function isPasswordMissing(message: string): boolean {
  return message.startsWith('SASL: ') && message.includes('client password must be a');
}

/** ` (line 2, column 8 of the query)`; nothing where the server gives no place in the user's text. */
function placeIn(sent: Sent | undefined, position: unknown): string {
  if (sent === undefined || typeof position !== 'string') return '';
  // Positions of the server count characters, not UTF-16 code units.
  const before = [...sent.query].slice(sent.before, Number(position) - 1).join('');
  if (Number(position) - 1 < sent.before) return '';
  const lines = before.split('\n');
  return ` (line ${lines.length}, column ${lines.at(-1)!.length + 1} of the query)`;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
