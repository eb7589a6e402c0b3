import { setTimeout as sleep } from 'node:timers/promises';
import { task } from '@millrace/workers';

export interface Job {
  readonly name: string;
  readonly ms: number;
}

/** Takes its time, and says which worker it was. */
export const work = task(import.meta, 'work', async ({ name, ms }: Job, { worker }) => {
  await sleep(ms);
  return { name, worker };
});
