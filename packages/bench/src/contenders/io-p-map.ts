import pMap from 'p-map';
import { concurrency, type IoRun } from './io-run.js';

export async function pMapAll({ items, task, tally }: IoRun): Promise<void> {
  for (const output of await pMap(items(), task, { concurrency })) tally.add(output);
}
