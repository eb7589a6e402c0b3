import type { Workload } from './workload.js';

interface Spin {
  readonly id: number;
  readonly turns: number;
}

interface Spun {
  readonly id: number;
  readonly value: number;
}

/** A loop that only computes: no memory, no clock. What it returns depends on every turn, so none can be left out. */
function spin(seed: number, turns: number): number {
  let value = seed | 0;
  for (let i = 0; i < turns; i++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
  return value;
}

/** Tasks that compute for so many milliseconds each. */
function spinFor(ms: number, name: string): Workload<Spin, Spun> {
  return {
    name,
    *items({ items, turnsPerMs }) {
      const turns = Math.round(turnsPerMs * ms);
      for (let id = 0; id < items; id++) yield { id, turns };
    },
    task: ({ id, turns }) => ({ id, value: spin(id, turns) }),
    digest: ({ id, value }) => id + value,
  };
}

/** Tasks of 0.1 ms. */
export const shortSpin = spinFor(0.1, 'shortSpin');
/** Tasks of 1 ms. */
export const longSpin = spinFor(1, 'longSpin');

const trials = 9;
const trialTurns = 2_000_000;

/** Turns of `spin` that take a millisecond: the most of some trials, as whatever disturbs a trial makes it slower. */
export function calibrate(): number {
  spin(1, trialTurns);
  const found = Array.from({ length: trials }, (_, i) => {
    const startedAt = performance.now();
    const value = spin(i, trialTurns);
    // The value is looked at, as else the loop might be dropped.
    return value === startedAt ? 0 : trialTurns / (performance.now() - startedAt);
  });
  return Math.max(...found);
}
