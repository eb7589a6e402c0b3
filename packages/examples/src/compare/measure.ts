import { createHash } from 'node:crypto';
import { loopPool, type PoolOptions, processPool, type TaskPool, threadPool } from '@millrace/workers';
import { begin, doItem, type Item, itemsOf, itemTask, tellUsage, type Usage, usageHere } from './item.js';
import type { Measured, Trial } from './trial.js';

/** Runs a trial here. CPU time and memory are those of the whole program, so it should do nothing else. */
export async function measure(trial: Trial): Promise<Measured> {
  const items = itemsOf(trial);
  const before = usageHere();
  const begun = performance.now();
  const { results, startMs, workers } = await done(trial, items);
  const ms = performance.now() - begun;
  const used = [usageHere(), ...workers];
  return {
    ...{ ms, startMs },
    cpuMs: used.reduce((sum, { cpuMs }) => sum + cpuMs, -before.cpuMs),
    memoryBytes: used.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    digest: createHash('sha256').update(results.join('\n')).digest('hex').slice(0, 16),
  };
}

interface Done {
  readonly results: readonly string[];
  readonly startMs: number;
  /** What workers have used that are processes of their own. */
  readonly workers: readonly Usage[];
}

function done({ way, workers }: Trial, items: readonly Item[]): Promise<Done> {
  if (way === 'sequential') return oneByOne(items);
  if (way === 'loop') return onPool(loopPool, { workers: items.length }, items);
  if (way === 'threads') return onPool(threadPool, { workers }, items);
  return onPool(processPool, { workers, setup: begin, teardown: tellUsage }, items);
}

async function oneByOne(items: readonly Item[]): Promise<Done> {
  const results: string[] = [];
  for (const item of items) results.push(await doItem(item));
  return { results, startMs: 0, workers: [] };
}

async function onPool(makePool: (options: PoolOptions) => TaskPool, options: PoolOptions, items: readonly Item[]): Promise<Done> {
  const results: string[] = [];
  const used = new Map<number, Usage>();
  const begun = performance.now();
  let startMs = 0;
  const pool = makePool({
    ...options,
    // The last that has started tells how long starting took.
    onLane: ({ kind }) => {
      if (kind === 'ready') startMs = performance.now() - begun;
    },
    onOutput: ({ text, stream }) => {
      if (stream !== 'stdout') return void process.stderr.write(`${text}\n`);
      const { pid, ...usage } = JSON.parse(text) as Usage & { readonly pid: number };
      used.set(pid, usage);
    },
  });
  await pool.use(async () => {
    for await (const result of pool.map(itemTask, items)) results.push(result);
  });
  return { results, startMs, workers: [...used.values()] };
}
