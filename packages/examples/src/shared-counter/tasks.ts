import { type Barrier, type Lock, type SharedArray, type SharedValue, task } from '@millrace/workers';

interface Counting {
  readonly times: number;
  readonly unguarded: SharedArray<'int32'>;
  readonly guarded: SharedArray<'int32'>;
  readonly lock: Lock;
  readonly atomic: SharedValue<'int32'>;
  /** Else the first worker has counted to its end before the last one has started, and nothing shows. */
  readonly together: Barrier;
}

/** Counts the same number of times in three ways, each begun when all workers have come to it. */
export const count = task(import.meta, 'count', ({ times, unguarded, guarded, lock, atomic, together }: Counting) => {
  together.waitSync();
  // Reads, adds, writes: what another thread has written in between is overwritten.
  for (let n = 0; n < times; n += 1) unguarded.array[0]! += 1;

  together.waitSync();
  for (let n = 0; n < times; n += 1) {
    lock.runSync(() => {
      guarded.array[0]! += 1;
    });
  }

  together.waitSync();
  for (let n = 0; n < times; n += 1) atomic.add(1);
});
