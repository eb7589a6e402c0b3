// Run by itself: what a process says when it is out of memory makes jest believe that it is so itself.
import { isMainThread } from 'node:worker_threads';
import { processPool } from '@millrace/workers';
import { type Item, work } from './faults.fixture.js';

const guilty: Item = { fault: 'too much memory' };

async function main(): Promise<void> {
  const pool = processPool({ workers: 2, resourceLimits: { maxOldGenerationSizeMb: 32 } });
  const alone = await pool.submit(work, guilty).catch((death) => death);
  const items = Array.from({ length: 200 }, (_, i): Item => (i === 77 ? guilty : i));
  const settled = await Promise.allSettled(items.map((item) => pool.submit(work, item)));
  const failed = settled.flatMap((outcome, i) => (outcome.status === 'rejected' ? [[i, outcome.reason]] : []));
  const values = settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  await pool.drain();
  const told = [['alone', alone], ...failed].map(([of, { code, signal, lastStderrLine }]) => ({
    of,
    code,
    signal,
    lastStderrLine,
  }));
  process.stdout.write(JSON.stringify({ told, values }));
}

if (isMainThread) void main();
