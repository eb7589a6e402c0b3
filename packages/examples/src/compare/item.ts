import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { task } from '@millrace/workers';
import type { Trial } from './trial.js';

export interface Item {
  readonly seed: number;
  readonly ms: number;
  readonly steps: number;
}

/** Waits, then computes: a chain of products of long whole numbers, which takes Node.js and Python about as long. */
export async function doItem({ seed, ms, steps }: Item): Promise<string> {
  if (ms > 0) await sleep(ms);
  let x = BigInt(seed);
  for (let step = 0; step < steps; step += 1) x = (x * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % modulus;
  return x.toString();
}

const modulus = 2n ** 127n - 1n;

export const itemTask = task(import.meta, 'item', doItem);

/** A worker has something to give back at its end, and so `tellUsage` is called. */
export const begin = task(import.meta, 'begin', () => process.pid);

/** What a worker process has used in all its life, as a line of its output: only it knows. */
export const tellUsage = task(import.meta, 'tell-usage', (pid: number) => {
  console.log(JSON.stringify({ pid, ...usageHere() }));
});

export interface Usage {
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** Of this process since its start, its threads included. */
export function usageHere(): Usage {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return { cpuMs: (userCPUTime + systemCPUTime) / 1_000, memoryBytes: peakBytes() };
}

/** On Linux `maxRSS` is no less than what the parent had when it started this process; the peak of this program alone stands elsewhere. */
function peakBytes(): number {
  const peak = process.platform === 'linux' && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return (peak ? Number(peak) : process.resourceUsage().maxRSS) * 1_024;
}

/** The items of a trial. */
export function itemsOf({ job, items, ms, steps }: Pick<Trial, 'job' | 'items' | 'ms' | 'steps'>): Item[] {
  return Array.from({ length: items }, (_, index) => ({
    seed: index + 1,
    ms: job === 'cpu' ? 0 : ms,
    steps: job === 'io' ? 0 : steps,
  }));
}
