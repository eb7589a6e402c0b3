import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LanePool, LanePoolOptions } from '@millrace/workers';
import type { Counter, LifeSpec } from './lives.fixture.js';
import { ListJob, type Settings, withPool } from './outcomes.fixture.js';

const resolver = { module: new URL('./lives.fixture.js', import.meta.url).href, export: 'resolve' };

/** The counters of lives.fixture: files that its lanes, which may share no memory, make longer by a byte at each count. */
export class Counts {
  readonly folder = mkdtempSync(join(tmpdir(), 'lives-'));

  of(counter: Counter): number {
    return statSync(join(this.folder, counter), { throwIfNoEntry: false })?.size ?? 0;
  }

  openGate(): void {
    writeFileSync(join(this.folder, 'gate'), '');
  }

  /** Lanes that still count would fail. */
  remove(): void {
    rmSync(this.folder, { recursive: true });
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
export async function withLives<T>(
  options: Partial<LanePoolOptions>,
  body: (pool: LanePool, counts: Counts) => Promise<T>,
): Promise<T> {
  const counts = new Counts();
  try {
    return await withPool({ resolver, ...options }, (pool) => body(pool, counts));
  } finally {
    counts.remove();
  }
}

export function live(
  pool: LanePool,
  counts: Counts,
  spec: Omit<LifeSpec, 'folder'>,
  items: readonly unknown[],
  settings?: Settings,
): ListJob {
  const job = new ListJob({ ...spec, folder: counts.folder }, items, settings);
  job.handle = pool.add(job);
  return job;
}
