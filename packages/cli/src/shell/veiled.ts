import { veil } from './redact.js';

/** What is taken out of a value. */
export interface Veiling {
  readonly text: (text: string) => string;
  /** Whether a number is a secret; without it numbers stay, as they do that the program has counted. */
  readonly isSecret?: ((number: number | bigint) => boolean) | undefined;
  /** Names of members are the user's, too. Default: they are the program's. */
  readonly keys?: boolean;
}

/**
 * A copy of a value as it may be told, before JSON or a table is made of it: text that was taken out of JSON may have been a number, and leave none.
 * What is no plain data stays, such as a date.
 */
export function veiled(value: unknown, veiling: Veiling): unknown {
  if (typeof value === 'string') return veiling.text(value);
  if (typeof value === 'number' || typeof value === 'bigint') return veiling.isSecret?.(value) ? veil : value;
  if (Array.isArray(value)) return value.map((item) => veiled(item, veiling));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [veiling.keys ? veiling.text(key) : key, veiled(member, veiling)]),
  );
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
