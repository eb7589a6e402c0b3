// Runs in a process of its own: prints what happened as one line of JSON, and must end by itself.
import { once } from 'node:events';
import { lanePool } from '@millrace/workers';
import { ListJob, range } from './outcomes.fixture.js';

const [task = 'print', reason, graceMs = '2000'] = process.argv.slice(2);
const events = ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection', 'exit'] as const;
const listeners = (): number[] => events.map((event) => process.listenerCount(event));

const before = listeners();
let allReady!: () => void;
const ready = new Promise<void>((resolve) => {
  allReady = resolve;
});
let lanesReady = 0;
const pool = lanePool({
  size: 2,
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
const left = process.getActiveResourcesInfo().filter((kind) => /Worker|MessagePort|Timeout/.test(kind));
process.stdout.write(
  `${JSON.stringify({ same: first === second, listeners: [before, listeners()], left, replies: job.replies.length > 0 })}\n`,
);
await once(process, 'beforeExit');
