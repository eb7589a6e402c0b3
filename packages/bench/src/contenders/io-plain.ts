import { Readable } from 'node:stream';
import { concurrency, type IoRun } from './io-run.js';
import { promiseWindow } from './promise-window.js';

export async function nodeMap({ items, task, tally }: IoRun): Promise<void> {
  const outputs: AsyncIterable<unknown> = Readable.from(items()).map((item) => task(item), { concurrency });
  for await (const output of outputs) tally.add(output);
}

/** A ring of promises, the oldest one awaited before the next task is begun. */
export function boundedLoop({ items, task, tally }: IoRun): Promise<void> {
  return promiseWindow(items(), concurrency, task, tally);
}

/** One task after the other. */
export async function oneAfterTheOther({ items, task, tally }: IoRun): Promise<void> {
  for (const item of items()) tally.add(await task(item));
}
