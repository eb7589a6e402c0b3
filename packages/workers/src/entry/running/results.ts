import { Emissions } from '../lane-job.js';

export type Iterating = Emissions['iterator'];

/** Neither a promise nor emissions, for sure and at the lowest price. */
export function isPlain(result: unknown): boolean {
  return typeof result !== 'object' || result === null || (!isThenable(result) && !(result instanceof Emissions));
}

/** What throws when it is asked is a value, whose item fails when it is sent. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}

/** Tells an iterator that nobody will pull it again. What comes of that concerns nobody: its item or its batch has been given up. */
export async function returnOf(iterator: Iterating): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // See above.
  }
}
