import { types } from 'node:util';

// What users throw, or give as a reason, may be anything: a member may throw when it is read, and a text may not be made of it. Who only tells of
// it must not fail for that.

/** Whether it is an error, also one of another realm (`node:vm`). */
export function isError(value: unknown): value is Error {
  if (types.isNativeError(value)) return true;
  try {
    return value instanceof Error;
  } catch {
    // A proxy that was revoked, or does not want to be asked.
    return false;
  }
}

/** The value in words. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `[${kindOf(value)}]`;
  }
}

/** An argument as its author wrote it: a text in quotes, so that "3" is not taken for 3. */
export function literalOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'bigint' ? `${value}n` : textOf(value);
}

/** The message of an error; the words for what is none. */
export function messageOf(thrown: unknown): string {
  try {
    return isError(thrown) ? String(thrown.message) : textOf(thrown);
  } catch {
    return `[${kindOf(thrown)}]`;
  }
}

/** `Map`, `Object`, `function`: what kind of thing it is. */
export function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    return 'Object';
  }
}
