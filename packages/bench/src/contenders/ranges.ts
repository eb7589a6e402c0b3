import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { type RunContender, workers } from '../contender.js';
import { ofOneFile } from '../workloads/measurements.js';
import { type StationSum, StationSums } from '../workloads/station-sums.js';
import type { RangeOrder } from './ranges-worker.js';

export const readline = (): RunContender =>
  ofOneFile(async (path) => {
    const sums = new StationSums();
    for await (const line of createInterface({ input: createReadStream(path) })) sums.addLine(line);
    return sums.list();
  });

export const splitInProcess = (): RunContender =>
  ofOneFile(async (path) => {
    const sums = new StationSums();
    let rest = '';
    for await (const text of createReadStream(path, { encoding: 'utf8', highWaterMark: 128 * 1024 })) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) sums.addLine(line);
    }
    return sums.list();
  });

/** Two threads, half the file each. They know that no line is long, and foresee no failure. */
export const byHand = (as: RangeOrder['as']): RunContender =>
  ofOneFile(async (path) => {
    const { size } = statSync(path);
    const cuts = Array.from({ length: workers + 1 }, (_, nth) => Math.floor((size * nth) / workers));
    const parts = cuts.slice(1).map((end, nth) => part({ path, start: cuts[nth]!, end, as }));
    const sums = new StationSums();
    for (const found of await Promise.all(parts)) sums.addAll(found);
    return sums.list();
  });

async function part(workerData: RangeOrder): Promise<StationSum[]> {
  const worker = new Worker(new URL('./ranges-worker.js', import.meta.url), { workerData });
  const found = await new Promise<StationSum[]>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
  await worker.terminate();
  return found;
}
