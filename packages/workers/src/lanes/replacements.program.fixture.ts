// Runs in a process of its own, where listeners and handles are those of the pool alone; prints how it stood early and late.
import { existsSync, readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type LanePool, lanePool } from '@millrace/workers';
import { Counts, live } from './life.fixture.js';
import { type Isolation, range } from './outcomes.fixture.js';

const isolation = process.argv[2] as Isolation;
const replacements = Number(process.argv[3]);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Standing {
  readonly listeners: number;
  readonly resources: number;
  /** Open file descriptors, where the system tells. */
  readonly files: number;
  readonly heapMb: number;
}

function standing(): Standing {
  collect();
  const events = process.eventNames();
  return {
    listeners: events.reduce((sum, event) => sum + process.listenerCount(event), 0),
    resources: process.getActiveResourcesInfo().filter((kind) => /Worker|MessagePort|Timeout|Pipe|Process/.test(kind)).length,
    files: existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
  };
}

/** Four workers are replaced: one dies, one computes for ever, one is kept by an item that was given up, one has run enough. */
async function round(pool: LanePool, counts: Counts): Promise<void> {
  const items = range(9);
  const dying = live(pool, counts, { task: 'exit7', close: 'well' }, items);
  await dying.done;
  await dying.handle!.close();
  const looping = live(pool, counts, { task: 'loop7' }, items, { timeoutMs: 20 });
  await looping.done;
  await looping.handle!.close();
  const given = counts.of('begun');
  const waiting = live(pool, counts, { task: 'never7' }, [7]);
  await counts.until('begun', given + 1);
  waiting.cancel(0, 'enough');
  await waiting.done;
  await waiting.handle!.close();
  const limited = live(pool, counts, { task: 'same', close: 'well' }, range(3), { maxTasksPerWorker: 3 });
  await limited.done;
  await limited.handle!.close();
}

const resolver = { module: new URL('./lives.fixture.js', import.meta.url).href, export: 'resolve' };
const pool = lanePool({ size: 1, isolation, maxRestarts: Number.POSITIVE_INFINITY, graceMs: 5, resolver });
const counts = new Counts();
const replaced = (): number => pool.lanes[0]!.restarts + pool.lanes[0]!.recycled;
while (replaced() < replacements / 10) await round(pool, counts);
const early = standing();
while (replaced() < replacements) await round(pool, counts);
const late = standing();
await pool.close();
counts.remove();
process.stdout.write(`${JSON.stringify({ replaced: replaced(), early, late })}\n`);
