import { currentWorker, type ProcessQueue, type SharedQueue, task } from '@millrace/workers';

/** Numbers from the first up to, not including, the other. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Of a thread, by shared memory: `putSync` blocks it while the queue is full. */
export const produceShared = task(
  import.meta,
  'produce-shared',
  ({ queue, from, to }: Range & { readonly queue: SharedQueue<number> }) => {
    for (let item = from; item < to; item += 1) queue.putSync(item);
  },
);

/** Gives what it has got until the end. */
export const consumeShared = task(import.meta, 'consume-shared', (queue: SharedQueue<number>) => {
  const items = [...queue];
  return { name: currentWorker().name, items };
});

/** The same of a process, by messages: what waits for room, or for an item, is awaited. */
export const produce = task(
  import.meta,
  'produce',
  async ({ queue, from, to }: Range & { readonly queue: ProcessQueue<number> }) => {
    for (let item = from; item < to; item += 1) await queue.put(item);
  },
);

export const consume = task(import.meta, 'consume', async (queue: ProcessQueue<number>) => {
  const items: number[] = [];
  for await (const item of queue) items.push(item);
  return { name: currentWorker().name, items };
});
