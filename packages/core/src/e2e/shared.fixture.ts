import { cpu, flow, io, pipeline } from '@millrace/core';
import type { Lock, SharedArray, SharedValue } from '@millrace/workers';

export interface Ledger {
  readonly items: number;
  readonly lock: Lock;
  readonly sums: SharedArray<'int32'>;
  /** Lanes that have set up. */
  readonly lanes: SharedValue<'int32'>;
  readonly isolation: 'thread' | 'process';
}

/** Each item is added by whatever lane runs it, in two steps that the lock of the params keeps together. */
export const ledger = pipeline(import.meta, 'ledger', ({ items, lock, sums, lanes, isolation }: Ledger) =>
  flow(Array.from({ length: items }, (_, i) => i)).pipe(
    cpu(
      'add',
      (item: number) => {
        lock.runSync(() => sums.set(0, sums.get(0) + item));
        return item;
      },
      { isolation, setup: () => lanes.add(1) },
    ),
    io('see', (item: number) => lock.run(() => (sums.get(0) >= item ? 'seen' : 'missed'))),
  ),
);

/** Items that hold primitives. */
export const notes = pipeline(import.meta, 'notes', ({ sums }: { readonly sums: SharedArray<'int32'> }) =>
  flow([0, 1, 2].map((index) => ({ index, sums }))).pipe(
    cpu('note', (item: { index: number; sums: SharedArray<'int32'> }) => {
      item.sums.set(item.index, item.index + 1);
      return item;
    }),
  ),
);
