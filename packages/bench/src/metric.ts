import { count, megabytes, micros, percent, quantity } from './report/quantity.js';
import type { Measure } from './trial/measure.js';

/** A number for each measured run; its median over the rounds is what tables, charts and targets speak of. */
export interface Metric {
  readonly title: string;
  readonly better: 'more' | 'less';
  /** Undefined where it was not measured. */
  readonly of: (measure: Measure) => number | undefined;
  readonly text: (value: number) => string;
}

export const metrics = {
  rate: {
    title: 'items/s',
    better: 'more',
    of: ({ items, elapsedMs }) => (items / elapsedMs) * 1000,
    text: count,
  },
  start: {
    title: '1 item, ms',
    better: 'less',
    of: ({ startMs }) => startMs,
    text: quantity,
  },
  cpu: {
    title: 'CPU µs/item',
    better: 'less',
    of: ({ items, cpuMs }) => (cpuMs / items) * 1000,
    text: quantity,
  },
  mainBusy: {
    title: 'main thread busy',
    better: 'less',
    of: ({ mainBusy }) => mainBusy,
    text: percent,
  },
  peak: {
    title: 'peak memory',
    better: 'less',
    of: ({ peakBytes }) => peakBytes,
    text: megabytes,
  },
  p50: {
    title: 'p50 of an item',
    better: 'less',
    of: ({ p50Us }) => p50Us,
    text: micros,
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as MetricName[];
