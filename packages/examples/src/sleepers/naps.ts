import { loopPool, task } from '@millrace/workers';

export interface Nap {
  readonly name: string;
  readonly ms: number;
  /** Waits so long. Items of a pool of the event loop are handed over as they are, functions too; none could cross to a worker. */
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly tell: (line: string) => void;
}

const nap = task(import.meta, 'nap', async ({ name, ms, sleep, tell }: Nap) => {
  tell(`${name} begins`);
  await sleep(ms);
  tell(`${name} ends`);
  return name;
});

/** Takes all naps at once, on this thread. @returns their names, in the order of the naps */
export const takeNaps = (naps: readonly Nap[]): Promise<string[]> =>
  loopPool({ workers: naps.length }).use(async (pool) => {
    const names: string[] = [];
    for await (const name of pool.map(nap, naps)) names.push(name);
    return names;
  });
