import { task } from '@millrace/workers';
import { type BoundedBuffer, put, take } from './bounded-buffer.js';

/** Puts the numbers from one to the other, both included. */
export const produce = task(
  import.meta,
  'produce',
  ({ buffer, from, to }: { readonly buffer: BoundedBuffer; readonly from: number; readonly to: number }) => {
    for (let item = from; item <= to; item += 1) put(buffer, item);
  },
);

/** Takes numbers until the end; says how many there were, and their sum. */
export const consume = task(import.meta, 'consume', (buffer: BoundedBuffer) => {
  let [taken, sum] = [0, 0];
  for (let item = take(buffer); item !== undefined; item = take(buffer)) {
    taken += 1;
    sum += item;
  }
  return { taken, sum };
});
