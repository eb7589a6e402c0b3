import { type Cell, type Column, type Paint, table } from '@millrace/cli/console';
import type { Row } from './comparison.js';
import { explain } from './explain.js';
import { byJob, measures, mebibytes, nameOf, seconds } from './measures.js';

const barWidth = 16;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const left = (title: string): Column => ({ title, align: 'left' });
const columns: readonly Column[] = [
  ...['language', 'way'].map(left),
  ...['time', 'starting', 'times as fast', 'CPU time', 'memory'].map((title) => ({ title })),
];

/** For each job: a table, bars, and a sentence for each row. */
export function report(rows: readonly Row[], { strong, faint }: Paint): string[] {
  return byJob(rows).flatMap(({ job, some, most }) => [
    strong(job),
    ...table(columns, some.map(cells), faint),
    '',
    ...table(
      ['', ...measures.map(({ title }) => title)].map(left),
      some.map((row) =>
        [nameOf(row), ...measures.map((measure) => bar(measure.of(row) / most(measure), measure.text(row)))].map(cell),
      ),
      faint,
    ),
    '',
    ...some.map((row) => `  ${nameOf(row)}: ${explain(row)}`),
    '',
  ]);
}

function cells({ language, way, ms, startMs, speedup, cpuMs, memoryBytes }: Row): Cell[] {
  const starting = startMs === 0 ? '' : seconds(startMs);
  return [language, way, seconds(ms), starting, speedup.toFixed(2), seconds(cpuMs), mebibytes(memoryBytes)].map(cell);
}

function cell(text: string): Cell {
  return { text };
}

/** `share` of the width, to an eighth of a character, with its value behind it. */
function bar(share: number, value: string): string {
  const parts = Math.max(1, Math.round(share * barWidth * 8));
  return `${'█'.repeat(Math.floor(parts / 8))}${eighths[parts % 8]} ${value}`;
}
