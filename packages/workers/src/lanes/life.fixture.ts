import type { LanePool, LanePoolOptions } from '@millrace/workers';
import { type Counter, counters, type LifeSpec } from './lives.fixture.js';
import { ListJob, type Settings, withPool } from './outcomes.fixture.js';

const resolver = { module: new URL('./lives.fixture.js', import.meta.url).href, export: 'resolve' };

/** The counters of lives.fixture, shared with its lanes. */
export class Counts {
  readonly cell = new Int32Array(new SharedArrayBuffer(counters.length * Int32Array.BYTES_PER_ELEMENT));

  of(counter: Counter): number {
    return Atomics.load(this.cell, counters.indexOf(counter));
  }

  openGate(): void {
    Atomics.store(this.cell, counters.indexOf('gate'), 1);
  }

  async until(counter: Counter, count: number): Promise<void> {
    await until(() => this.of(counter) >= count);
  }
}

export async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1_500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!holds()) throw new Error(`it never held that ${holds}`);
}

/** A pool over the tasks of lives.fixture. */
export function withLives<T>(
  options: Partial<LanePoolOptions>,
  body: (pool: LanePool, counts: Counts) => Promise<T>,
): Promise<T> {
  return withPool({ resolver, ...options }, (pool) => body(pool, new Counts()));
}

export function live(
  pool: LanePool,
  counts: Counts,
  spec: Omit<LifeSpec, 'cell'>,
  items: readonly unknown[],
  settings?: Settings,
): ListJob {
  const job = new ListJob({ ...spec, cell: counts.cell }, items, settings);
  job.handle = pool.add(job);
  return job;
}
