import { flow, io, pipeline } from '@millrace/core';
import { concurrency, type IoRun } from './io-run.js';
import { tallySink } from './millrace-tally.js';

// It has no cpu stage: no worker calls the factory, and params are not cloned.
const tasks = pipeline(import.meta, 'tasks', ({ items, task, tally }: IoRun) =>
  flow(items)
    .pipe(io('task', task, { concurrency }))
    .to(tallySink(() => tally)),
);

export async function millraceIo(once: IoRun): Promise<void> {
  await tasks.run(once);
}
