import { inspect } from 'node:util';
import { withoutUrlSecrets } from './http/url-secrets.js';

/** A value in one line, cut where it is long: for errors. */
export function valueShown(value: unknown): string {
  if (value instanceof URL) return `the URL ${withoutUrlSecrets(value.href)}`;
  return inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 60, maxArrayLength: 8 });
}
