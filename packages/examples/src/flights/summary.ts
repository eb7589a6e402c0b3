import type { Cell } from './tally.js';

/** What the flights of an airport in an hour of the day say. */
export interface Summary {
  readonly origin: string;
  readonly hour: number;
  readonly flights: number;
  /** Mean delay in minutes. */
  readonly mean_delay: number;
  /** 95th percentile of the delay in minutes, between two values in proportion: SQL's `percentile_cont`. */
  readonly p95_delay: number;
}

/** The counts of all row groups that came. */
export type Totals = ReadonlyMap<string, Total>;

interface Total {
  readonly origin: string;
  readonly hour: number;
  readonly counts: Map<number, number>;
}

/** Adds the cells of a row group. */
export function added(totals: Totals, cells: readonly Cell[]): Totals {
  const all = new Map(totals);
  for (const { origin, hour, delays, counts } of cells) {
    const key = `${origin} ${hour}`;
    const total = all.get(key) ?? { origin, hour, counts: new Map<number, number>() };
    all.set(key, total);
    for (const [index, delay] of delays.entries()) total.counts.set(delay, (total.counts.get(delay) ?? 0) + counts[index]!);
  }
  return all;
}

/** A row for each airport and hour, by airport and hour. */
export function summaries(totals: Totals): Summary[] {
  return [...totals.values()]
    .map(summaryOf)
    .sort((a, b) => (a.origin === b.origin ? a.hour - b.hour : a.origin < b.origin ? -1 : 1));
}

function summaryOf({ origin, hour, counts }: Total): Summary {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  let flights = 0;
  let minutes = 0;
  for (const [delay, count] of sorted) {
    flights += count;
    minutes += delay * count;
  }
  return { origin, hour, flights, mean_delay: minutes / flights, p95_delay: percentile(sorted, flights, 0.95) };
}

/** `sorted`: values with how often each occurs, ascending; `total`: the sum of those. */
export function percentile(sorted: readonly (readonly [value: number, count: number])[], total: number, share: number): number {
  const place = (total - 1) * share;
  const low = Math.floor(place);
  const [lower, upper] = [valueAt(sorted, low), valueAt(sorted, Math.ceil(place))];
  // Rounded as DuckDB rounds it, so that results can be compared bit for bit.
  const part = place - low;
  return lower * (1 - part) + upper * part;
}

function valueAt(sorted: readonly (readonly [number, number])[], index: number): number {
  let passed = 0;
  for (const [value, count] of sorted) {
    passed += count;
    if (index < passed) return value;
  }
  throw new RangeError(`there is no value ${index} among ${passed}`);
}
