import type { Row } from './comparison.js';

/** What is drawn of a row. */
export interface Measure {
  readonly title: string;
  readonly of: (row: Row) => number;
  readonly text: (row: Row) => string;
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
export const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** The time says beside it how many times as fast that is. */
export const measures: readonly Measure[] = [
  { title: 'time', of: ({ ms }) => ms, text: ({ ms, speedup }) => `${seconds(ms)} (${speedup.toFixed(1)} ×)` },
  { title: 'CPU time', of: ({ cpuMs }) => cpuMs, text: ({ cpuMs }) => seconds(cpuMs) },
  { title: 'memory', of: ({ memoryBytes }) => memoryBytes, text: ({ memoryBytes }) => mebibytes(memoryBytes) },
];

export const nameOf = ({ language, way }: Pick<Row, 'language' | 'way'>): string => `${language}, ${way}`;

/** The rows of each job, with the most that any of them has of a measure: the scale of its bars. */
export function byJob(rows: readonly Row[]): { job: string; some: readonly Row[]; most: (measure: Measure) => number }[] {
  return [...new Set(rows.map(({ job }) => job))].map((job) => {
    const some = rows.filter((row) => row.job === job);
    return { job, some, most: ({ of }) => Math.max(...some.map(of)) };
  });
}
