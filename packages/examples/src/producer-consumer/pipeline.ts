import { flow, io, pipeline } from '@millrace/core';
import type { Work } from './queue.js';

/** The same declared: the queue, its bound and its end come of themselves. `io` stages stay on this thread, so params may be functions. */
export const consumed = pipeline(import.meta, 'consumed', ({ items, consumers, capacity, consume }: Work) =>
  flow(function* () {
    for (let item = 1; item <= items; item += 1) yield item;
  }).pipe(
    io(
      'consume',
      async (item) => {
        await consume(item);
        return item;
      },
      { concurrency: consumers, capacity },
    ),
  ),
);
