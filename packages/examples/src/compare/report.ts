import { type Cell, type Paint, table } from '@millrace/cli/console';
import type { Row } from './comparison.js';
import { explain } from './explain.js';

const barWidth = 40;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** For each job: a table, bars of the times, and a sentence for each row. */
export function report(rows: readonly Row[], { strong, faint }: Paint): string[] {
  return [...new Set(rows.map(({ job }) => job))].flatMap((job) => {
    const some = rows.filter((row) => row.job === job);
    const longest = Math.max(...some.map(({ ms }) => ms));
    const columns = ['language', 'way', 'time', 'starting', 'times as fast', 'CPU time', 'memory'];
    const titles = columns.map((title, at) => ({ title, align: at < 2 ? ('left' as const) : ('right' as const) }));
    return [
      strong(job),
      // The last column of a table is not padded, so a number at the right end needs none.
      ...table(titles, some.map(cells), faint),
      '',
      ...some.map(({ ms, ...row }) => `  ${nameOf(row).padEnd(20)}  ${bar(ms / longest)} ${seconds(ms)}`),
      '',
      ...some.map((row) => `  ${nameOf(row)}: ${explain(row)}`),
      '',
    ];
  });
}

export const nameOf = ({ language, way }: Pick<Row, 'language' | 'way'>): string => `${language}, ${way}`;
export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

function cells({ language, way, ms, startMs, speedup, cpuMs, memoryBytes }: Row): Cell[] {
  const starting = startMs === 0 ? '' : seconds(startMs);
  const memory = `${Math.round(memoryBytes / 2 ** 20)} MiB`;
  return [language, way, seconds(ms), starting, speedup.toFixed(2), seconds(cpuMs), memory].map((text) => ({ text }));
}

/** `share` of the width, to an eighth of a character. */
function bar(share: number): string {
  const parts = Math.max(1, Math.round(share * barWidth * 8));
  return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8];
}
