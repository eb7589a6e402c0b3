import { cpu, flow, io, type Pipeline, pipeline, type Sink } from '@millrace/core';

/** An item that knows the source item it descends from. */
export interface Traced {
  readonly from: number;
  readonly step: number;
}

/** Of each written item its ancestor by what the item says, and its position by what the write was told. */
export const told: { from: number; position: number | undefined; source: string | undefined }[] = [];

export const tellingSink = (name = 'telling'): Sink<Traced> => ({
  name,
  open: async () => ({
    write: async (items, { positions, sources }) => {
      told.push(...items.map(({ from }, i) => ({ from, position: positions?.[i], source: sources?.[i] })));
    },
    commit: async () => {},
    abort: async () => {},
  }),
});

/** Items that expand, are tried again, and end their lanes on the way. */
export const mishaps: Pipeline<{ readonly count: number; readonly order: 'input' | 'none' }> = pipeline(
  import.meta,
  'mishaps',
  ({ count, order }: { readonly count: number; readonly order: 'input' | 'none' }) =>
    flow(Array.from({ length: count }, (_, from) => from))
      .pipe(
        io('wrap', (from: number): Traced => ({ from, step: 0 }), { concurrency: 4, order }),
        cpu(
          'expand',
          function* ({ from }) {
            for (let step = 0; step < from % 4; step += 1) yield { from, step };
          },
          { order, window: 32 },
        ),
        cpu(
          'mishap',
          async (item, { attempt }) => {
            if (item.from % 50 === 7 && item.step === 1 && attempt === 1) process.exit(3);
            if (item.from % 11 === 3 && attempt === 1) throw new Error('once more');
            return item;
          },
          // Lanes of its own: an item that has given outputs in a lane that dies could not be repeated.
          { order, retry: { attempts: 4, delayMs: 0 }, batch: 8, window: 32, isolation: 'process' },
        ),
      )
      .to(tellingSink()),
);
