import { type Barrier, type SharedArray, type SharedValue, task } from '@millrace/workers';
import { warm } from './rod.js';

interface Part {
  /** What one step reads the next one writes. */
  readonly rods: readonly [SharedArray<'float64'>, SharedArray<'float64'>];
  /** Points of this worker: from the first up to, not including, the other. */
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly barrier: Barrier;
  /** Parts of steps that were computed, by all workers. */
  readonly computed: SharedValue<'int32'>;
}

/** Simulates a part of the rod; says how often it began a step before all had ended the one before. */
export const simulate = task(import.meta, 'simulate', ({ rods, from, to, steps, barrier, computed }: Part) => {
  let early = 0;
  for (let step = 0; step < steps; step += 1) {
    if (computed.value < step * barrier.parties) early += 1;
    warm(rods[step % 2]!.array, rods[(step + 1) % 2]!.array, from, to);
    computed.add(1);
    barrier.waitSync();
  }
  return early;
});
