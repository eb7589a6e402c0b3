import { type OptionRule, wholeNumber } from '../options.js';

/** A server, and how long it is waited for. */
export interface Address {
  readonly url: string;
  readonly connectTimeoutMs: number;
}

export const defaultConnectTimeoutMs = 10_000;

export const urlRule: OptionRule = {
  doc: 'URL of the database: postgres://user:password@host:5432/database, with ?sslmode=… and other parameters as the package pg has them.',
  allowed:
    'a URL postgres://user:password@host:port/database, in whose user and password the characters / ? # @ : % are percent-encoded',
  accepts: isUrl,
  schema: { type: 'string', pattern: '^postgres(ql)?://' },
  required: true,
  isSecret: true,
};

export const connectTimeoutRule: OptionRule = {
  ...wholeNumber('ms', 1),
  doc: 'Time that the server has to take a connection, in ms.',
  default: '10000',
};

/**
 * A password with an unencoded `/` or `#` ends what is taken for the host, and its rest would stand as the database in error texts: told
 * by an `@` behind the host where none is before it.
 */
function isUrl(value: unknown): boolean {
  const match = typeof value === 'string' ? /^postgres(?:ql)?:\/\/([^/?#]*)([^?]*)/.exec(value) : null;
  if (match === null) return false;
  const [, authority = '', rest = ''] = match;
  return authority.includes('@') || !rest.includes('@');
}
