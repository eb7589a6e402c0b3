// Runs in a process of its own, which must survive every death of its workers: prints what it heard as one line of JSON, and ends by itself.
import { setTimeout as later } from 'node:timers/promises';
import { lanePool } from '@millrace/workers';
import { Counts, live, until } from './life.fixture.js';
import { type Isolation, range } from './outcomes.fixture.js';

const isolation = process.argv[2] as Isolation;

const listeners = (): Record<string, number> =>
  Object.fromEntries(process.eventNames().map((event) => [String(event), process.listenerCount(event)]));

/** What keeps a process alive. */
const resources = (): string[] =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => /Worker|MessagePort|Timeout|Immediate|Process|Pipe/.test(kind))
    .sort();

const heard: string[] = [];
process.on('unhandledRejection', (reason) => heard.push(`unhandled: ${reason}`));
process.on('uncaughtException', (error) => heard.push(`uncaught: ${error}`));
process.on('warning', ({ name, message }) => heard.push(`${name}: ${message}`));
void [process.stdout, process.stderr];
const before = { listeners: listeners(), resources: resources() };

const counts = new Counts();
const resolver = { module: new URL('./lives.fixture.js', import.meta.url).href, export: 'resolve' };
const limits = { maxRestarts: 50, graceMs: 50, resourceLimits: { maxOldGenerationSizeMb: 24 } };
const pool = lanePool({ size: 2, isolation, resolver, ...limits });
const items = range(10);
for (const task of ['exit7', 'throw7', 'reject7', 'memory7', 'loop7', 'never7']) {
  const job = live(pool, counts, { task, close: 'well' }, items, { timeoutMs: task === 'memory7' ? 20_000 : 50 });
  await job.done;
  await job.handle!.close();
}
for (const close of ['throw', 'never', 'loop', 'exit'] as const) {
  const job = live(pool, counts, { task: 'same', close }, items);
  await job.done;
  await job.handle!.close();
}
// In a pool of its own: a lane that is about to die could lose the item that is cancelled below, which then runs under the number of another
// batch and is never ended.
const crashing = lanePool({ size: 1, isolation, resolver, ...limits });
await live(crashing, counts, { task: 'crashSoon' }, [1]).done;
await live(crashing, counts, { task: 'same' }, items).done;
await until(() => crashing.lanes[0]!.restarts === 1);
await crashing.close();
const begun = counts.of('begun');
const waiting = live(pool, counts, { task: 'never7' }, [7]);
// Not before: what is cancelled must be in a lane.
await counts.until('begun', begun + 1);
waiting.cancel(0, 'enough');
live(pool, counts, { task: 'same', close: 'exit' }, items);
await live(pool, counts, { task: 'same' }, items).done;
await pool.close('enough');
counts.remove();
// Handles are forgotten at the end of a turn of the event loop.
await later(10);
const after = { listeners: listeners(), resources: resources() };
process.stdout.write(`${JSON.stringify({ heard, before, after })}\n`);
