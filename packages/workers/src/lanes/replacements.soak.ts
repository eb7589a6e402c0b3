import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import type { LanePool } from '@millrace/workers';
import { type Counts, live, withLives } from './life.fixture.js';
import { range } from './outcomes.fixture.js';

const REPLACEMENTS = 1_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Standing {
  readonly listeners: number;
  readonly resources: number;
  readonly heapMb: number;
}

function standing(): Standing {
  collect();
  const events = process.eventNames();
  return {
    listeners: events.reduce((sum, event) => sum + process.listenerCount(event), 0),
    resources: process.getActiveResourcesInfo().filter((kind) => /Worker|MessagePort|Timeout|Pipe/.test(kind)).length,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
  };
}

/** Four workers are replaced: one dies, one computes for ever, one is kept by an item that was given up, one has run enough. */
async function round(pool: LanePool, counts: Counts): Promise<void> {
  const items = range(9);
  await live(pool, counts, { task: 'exit7', close: 'well' }, items).done;
  await live(pool, counts, { task: 'loop7' }, items, { timeoutMs: 20 }).done;
  const given = counts.of('begun');
  const waiting = live(pool, counts, { task: 'never7' }, [7]);
  await counts.until('begun', given + 1);
  waiting.cancel(0, 0, 'enough');
  await waiting.done;
  const limited = live(pool, counts, { task: 'same', close: 'well' }, range(3), { maxTasksPerWorker: 3 });
  await limited.done;
  await limited.handle!.close();
}

test(`${REPLACEMENTS} replacements leave nothing behind`, () =>
  withLives({ maxRestarts: Number.POSITIVE_INFINITY, graceMs: 5 }, async (pool, counts) => {
    const replaced = (): number => pool.lanes[0]!.restarts + pool.lanes[0]!.recycled;
    while (replaced() < REPLACEMENTS / 10) await round(pool, counts);
    const early = standing();
    while (replaced() < REPLACEMENTS) await round(pool, counts);
    const late = standing();
    expect(late.listeners).toBe(early.listeners);
    expect(late.resources).toBeLessThanOrEqual(early.resources + 4);
    expect(late.heapMb).toBeLessThan(early.heapMb + 16);
    process.stdout.write(`${JSON.stringify({ replaced: replaced(), early, late })}\n`);
  }));
