import type { Reading as SourceReading } from '@millrace/core';
import { live, type Reading, readSource } from '../file/folder.fixture.js';
import { postgres } from '../index.js';
import type { PostgresReadOptions } from './read-options.js';
import type { PostgresServer } from './server.fixture.js';

/** All rows that the options read. */
export const rowsOf = ({ url }: PostgresServer, options: PostgresReadOptions): Promise<Reading<Record<string, unknown>>> =>
  readSource(postgres.read(url, options));

/** A source that is open, for those who pull themselves. */
export function opened({ url }: PostgresServer, options: PostgresReadOptions, signal = live()) {
  const reading: SourceReading<Record<string, unknown>> = postgres.read(url, options).open({ signal });
  return reading[Symbol.asyncIterator]();
}

/** The URL with another role, and its password. */
export function urlAs({ folder }: PostgresServer, role: string, password = ''): string {
  const user = password === '' ? role : `${role}:${encodeURIComponent(password)}`;
  return `postgres://${user}@localhost/postgres?host=${encodeURIComponent(folder)}`;
}
