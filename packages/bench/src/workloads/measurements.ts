import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome, RunContender, Size } from '../contender.js';
import { Tally } from '../tally.js';
import { type StationSum, StationSums } from './station-sums.js';

/** Lines that differ; a longer file has them again and again, as making it would take longer than reading it. */
const different = 100_000;
const stations = 400;

let block: readonly string[] | undefined;

function lines(): readonly string[] {
  let state = 7;
  block ??= Array.from({ length: different }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    const station = (state >> 8) % stations;
    const tenths = ((state >> 3) % 600) - 200;
    return `Station ${String(station).padStart(3, '0')};${(tenths / 10).toFixed(1)}`;
  });
  return block;
}

function tallied(sums: readonly StationSum[]): Outcome {
  const tally = new Tally((station) => {
    const { name, count, sum, min, max } = station as StationSum;
    return name.charCodeAt(name.length - 1) + count * 31 + sum * 7 + min + max;
  });
  for (const station of sums) tally.add(station);
  return tally.outcome;
}

/** What must come out: the stations in the order of their names. */
export function stationOutcome({ items }: Size): Outcome {
  const sums = new StationSums();
  for (let i = 0; i < items; i++) sums.addLine(lines()[i % different]!);
  return tallied(sums.list());
}

/** A contender that sums up a file of so many lines. The file is made before the clock starts, and deleted when it has stopped. */
export function ofOneFile(sumUp: (path: string) => Promise<readonly StationSum[]>): RunContender {
  return async ({ items }) => {
    const begunAt = performance.now();
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
    try {
      const path = join(folder, 'measurements.txt');
      make(path, items);
      const startedAt = performance.now();
      const sums = await sumUp(path);
      const endedAt = performance.now();
      return { ...tallied(sums), asideMs: startedAt - begunAt + (performance.now() - endedAt) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

function make(path: string, count: number): void {
  const file = openSync(path, 'w');
  const whole = Buffer.from(`${lines().join('\n')}\n`);
  for (let made = 0; made < count; made += different) {
    const rest = count - made;
    writeSync(file, rest >= different ? whole : Buffer.from(`${lines().slice(0, rest).join('\n')}\n`));
  }
  closeSync(file);
}
