import { setTimeout as sleep } from 'node:timers/promises';
import { type BoundedSemaphore, currentWorker, type Event, type SharedValue, task } from '@millrace/workers';

interface Workplace {
  readonly licences: BoundedSemaphore;
  /** Set when work begins. */
  readonly open: Event;
  readonly inUse: SharedValue<'int32'>;
  /** The most that were in use at once. */
  readonly peak: SharedValue<'int32'>;
  readonly jobs: number;
  readonly ms: number;
}

/** Does its jobs, each with a licence. */
export const work = task(import.meta, 'work', async ({ licences, open, inUse, peak, jobs, ms }: Workplace) => {
  await open.wait();
  for (let job = 0; job < jobs; job += 1) {
    await licences.run(async () => {
      // `add` gives what was there before, in one step with the adding.
      const now = inUse.add(1) + 1;
      peak.updateSync((most) => Math.max(most, now));
      await sleep(ms);
      inUse.add(-1);
    });
  }
  return currentWorker().name;
});
