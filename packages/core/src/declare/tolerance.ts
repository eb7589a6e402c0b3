/**
 * How many items of a run may be skipped or dead-lettered: a whole number from 0, or a share of those that were read, from `'0%'` to
 * `'100%'`, decimals allowed (`'0.5%'`).
 */
export type Tolerance = number | `${number}%`;

/** Items read before a share is judged: of a few, one is a large share. */
export const judgedFrom = 1000;

/** Whether a value is a tolerance: a whole number ≥ 0, or a string such as `'1%'`, up to `'100%'`. */
export function isTolerance(value: unknown): value is Tolerance {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  return typeof value === 'string' && /^\d+(\.\d+)?%$/.test(value) && Number.parseFloat(value) <= 100;
}

/** What has gone wrong in a run so far. */
export interface ErrorTally {
  /** Items skipped or dead-lettered. */
  readonly errors: number;
  /** Items read from the source. */
  readonly read: number;
  /** No more is to come. */
  readonly over: boolean;
}

/** Whether more has gone wrong than is tolerated. In whole numbers: 29 of 100 is not more than `29%`, as it would be in fractions. */
export function isExceeded(tolerance: Tolerance, { errors, read, over }: ErrorTally): boolean {
  if (typeof tolerance === 'number') return errors > tolerance;
  if (!over && read < judgedFrom) return false;
  const [, whole, decimals = ''] = /^(\d+)(?:\.(\d+))?%$/.exec(tolerance)!;
  return errors * 100 * 10 ** decimals.length > Number(`${whole}${decimals}`) * read;
}
