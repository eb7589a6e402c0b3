import { readFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a report was made. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

export function thisMachine(): Machine {
  return {
    node: process.version,
    platform: `${os.type()} ${os.release()} ${os.arch()}`,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
  };
}

/** Processes that ran or waited to run in the last minute, on average. */
export function loadNow(): number {
  return os.loadavg()[0]!;
}

/** Looks for `ms` at what the machine does while the harness does nothing: the share of all cores that was busy, 0 to 1. */
export async function busyShare(ms: number): Promise<number> {
  const before = cpuTimes();
  await sleep(ms);
  const after = cpuTimes();
  const total = after.total - before.total;
  return total > 0 ? 1 - (after.idle - before.idle) / total : 0;
}

interface CpuTimes {
  readonly idle: number;
  readonly total: number;
}

/** Of the whole machine, in ticks or ms. /proc tells also what other guests of the host took (`steal`), which `os.cpus()` does not. */
function cpuTimes(): CpuTimes {
  if (process.platform !== 'linux') return cpuTimesOf(os.cpus());
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  // user nice system idle iowait irq softirq steal; guest times, which follow, are part of user and nice.
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return { idle: ticks[3]! + ticks[4]!, total: ticks.reduce((sum, value) => sum + value, 0) };
}

function cpuTimesOf(cores: readonly os.CpuInfo[]): CpuTimes {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return { idle: sum(cores.map(({ times }) => times.idle)), total: sum(cores.flatMap(({ times }) => Object.values(times))) };
}
