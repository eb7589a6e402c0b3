// Functions that know nothing of Millrace.
import { isMainThread } from 'node:worker_threads';

export const where = (n: number): { n: number; main: boolean } => ({ n, main: isMainThread });

export function* twice(n: number): Generator<number> {
  yield n;
  yield n;
}

export const stage = (_: number, context: { readonly stage: string; readonly attempt: number }): string =>
  `${context.stage} ${context.attempt}`;

export const three = 3;
