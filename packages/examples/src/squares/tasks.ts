import { task } from '@millrace/workers';

/** A variable of this module. Each worker imports the module for itself, and so has a `seen` of its own. */
const seen: number[] = [];

export const square = task(import.meta, 'square', (n: number) => {
  seen.push(n * n);
  return n * n;
});

export const quad = task(import.meta, 'quad', (n: number) => n ** 4);

/** What squares were seen where the task runs. */
export const squaresSeen = task(import.meta, 'squares-seen', () => [...seen]);

/** … and on the thread that calls. */
export const squaresSeenHere = (): number[] => [...seen];
