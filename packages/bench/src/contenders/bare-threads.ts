import { Worker } from 'node:worker_threads';
import { type RunContender, type Size, workers } from '../contender.js';
import { Tally } from '../tally.js';
import type { Workload } from '../workloads/workload.js';

/** What a bare thread is told at its start: it makes and does every `of`th item, from number `nth` on. */
export interface BareOrder {
  readonly workload: string;
  readonly size: Size;
  readonly nth: number;
  readonly of: number;
}

/**
 * Threads that exchange nothing until they are done: each makes all items by itself, does its share of them, and at the end sends the digests of
 * its outputs. That is less than any scheduler does, so it shows about what the cores of the machine give when all are busy.
 */
export function bareThreads(workload: Workload): RunContender {
  return async (size) => {
    const shares = await Promise.all(
      Array.from({ length: workers }, (_, nth) => shareOf({ workload: workload.name, size, nth, of: workers })),
    );
    const tally = new Tally((digest) => digest as number);
    for (let i = 0; i < size.items; i++) tally.add(shares[i % workers]![Math.floor(i / workers)]);
    return tally.outcome;
  };
}

async function shareOf(workerData: BareOrder): Promise<Float64Array> {
  const worker = new Worker(new URL('./bare-worker.js', import.meta.url), { workerData });
  const digests: Float64Array = await new Promise((resolve, reject) => {
    const ended = (code: number): void => reject(new Error(`a thread ended with code ${code} before it was done`));
    worker.once('message', resolve).once('error', reject).once('exit', ended);
  });
  await worker.terminate();
  return digests;
}
