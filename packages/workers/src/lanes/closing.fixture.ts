// Runs in a process of its own: prints what happened as one line of JSON, and must end by itself.
import { once } from 'node:events';
import { lanePool } from '@millrace/workers';
import { type Isolation, ListJob, range } from './outcomes.fixture.js';

const [isolation, task = 'print', reason, graceMs = '2000'] = process.argv.slice(2);
const events = ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection', 'exit'] as const;
const listeners = (): number[] => events.map((event) => process.listenerCount(event));

/** What keeps a process alive, but for its own stdout and stderr. */
const resources = (): string[] => {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts]
    .map(([kind, count]) => `${count} ${kind}`)
    .filter((of) => /Worker|MessagePort|Timeout|Process|Pipe/.test(of));
};

void [process.stdout, process.stderr];
const [before, resourcesBefore] = [listeners(), resources()];
let allReady!: () => void;
const ready = new Promise<void>((resolve) => {
  allReady = resolve;
});
let lanesReady = 0;
const pool = lanePool({
  size: 2,
  isolation: isolation as Isolation,
  onLane: ({ kind }) => {
    if (kind === 'ready' && ++lanesReady === 2) allReady();
  },
  graceMs: Number(graceMs),
  resolver: { module: new URL('./tasks.fixture.js', import.meta.url).href, export: 'resolve' },
});
const job = new ListJob({ task }, range(20));
job.handle = pool.add(job);
if (task === 'print') await job.done;
else if (task !== 'double') {
  await ready;
  // Nothing tells that a task which never answers has begun.
  await new Promise((resolve) => setTimeout(resolve, 200));
}
const [first, second] = [pool.close(reason === undefined ? undefined : new Error(reason)), pool.close()];
await first;
// Handles are forgotten at the end of a turn of the event loop.
await new Promise((resolve) => setTimeout(resolve, 10));
const left = resources().filter((kind) => !resourcesBefore.includes(kind));
process.stdout.write(
  `${JSON.stringify({ same: first === second, listeners: [before, listeners()], left, replies: job.replies.length > 0 })}\n`,
);
await once(process, 'beforeExit');
