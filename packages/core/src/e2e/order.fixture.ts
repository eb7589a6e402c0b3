import { cpu, flow, type OpenPipeline, pipeline } from '@millrace/core';

/** Tasks of very different length on lanes, one item a batch. */
export const uneven: OpenPipeline<{ readonly order: 'input' | 'none' }, number> = pipeline(
  import.meta,
  'uneven',
  ({ order }: { readonly order: 'input' | 'none' }) =>
    flow(Array.from({ length: 60 }, (_, i) => i)).pipe(
      cpu(
        'work',
        async (n: number) => {
          if (n % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
          return n;
        },
        { order, batch: 1, window: 8 },
      ),
    ),
);

/**
 * Its first item waits until 52 others have been run in another lane; what lies behind it in its own lane waits with it. Replies of two of them
 * may still be on their way then, and be read after that of the first: each lane has its own port.
 */
export const held: OpenPipeline<{ readonly done: SharedArrayBuffer }, number> = pipeline(
  import.meta,
  'held',
  ({ done }: { readonly done: SharedArrayBuffer }) =>
    flow(Array.from({ length: 60 }, (_, i) => i)).pipe(
      cpu(
        'work',
        (n: number) => {
          const count = new Int32Array(done);
          if (n === 0) while (Atomics.load(count, 0) < 52);
          Atomics.add(count, 0, 1);
          return n;
        },
        { order: 'none', batch: 1, window: 8 },
      ),
    ),
);
