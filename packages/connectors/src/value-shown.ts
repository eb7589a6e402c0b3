import { inspect } from 'node:util';

/** A value in one line, cut where it is long: for errors. */
export function valueShown(value: unknown): string {
  if (value instanceof URL) return `the URL ${value.href}`;
  return inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 60, maxArrayLength: 8 });
}
