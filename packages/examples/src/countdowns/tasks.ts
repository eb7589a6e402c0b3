import { task } from '@millrace/workers';

/** Counts down to zero: nothing but computing. */
export function countDown(from: number): number {
  let left = from;
  while (left > 0) left -= 1;
  return from - left;
}

export const countdown = task(import.meta, 'countdown', countDown);
