// Stages whose lanes move buffers, or are replaced.
import { threadId } from 'node:worker_threads';
import { cpu, flow, pipeline } from '@millrace/core';

const numbers = (count: number) => flow(Array.from({ length: count }, (_, i) => i));

let kept: Float64Array | undefined;

/** Each output tells how much the task still had of the one before. */
export const moving = pipeline(import.meta, 'moving', ({ transfer, items }: { transfer: boolean; items: number }) =>
  numbers(items).pipe(
    cpu(
      'fill',
      (n) => {
        const before = kept?.length;
        kept = new Float64Array(1000).fill(n);
        return { n, before, data: kept };
      },
      { transfer, batch: 1 },
    ),
  ),
);

export const replaced = pipeline(
  import.meta,
  'replaced',
  ({ items, maxTasksPerWorker }: { items: number; maxTasksPerWorker: number }) =>
    numbers(items).pipe(
      cpu('run', (n, { resource }) => ({ n, ...resource }), {
        maxTasksPerWorker,
        batch: 4,
        setup: () => ({ threadId }),
        teardown: () => {},
      }),
    ),
);
