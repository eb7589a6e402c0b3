// Run by itself: what it prints is judged, and that it ends.
import { isMainThread } from 'node:worker_threads';
import { loopPool, processPool, task, threadPool } from '@millrace/workers';

const [kind, ends] = process.argv.slice(2);
export const triple = task(import.meta, 'triple', (item: number) => item * 3);
const pool = { loop: loopPool, thread: threadPool, process: processPool }[kind as 'loop']({ workers: 2 });
if (isMainThread && !process.title.startsWith('millrace-lane')) console.log('script');

async function main(): Promise<void> {
  await new Promise(setImmediate);
  let sum = 0;
  for await (const result of pool.map(triple, [1, 2, 3])) sum += result;
  console.log(sum, await pool.submit(triple, 5));
  await pool.drain();
  console.log('drained');
}

if (ends === 'awaited') await main();
else void main();
