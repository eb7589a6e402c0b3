import type { Row } from './comparison.js';
import { byJob, type Measure, measures, nameOf } from './measures.js';

const margin = 20;
const nameWidth = 150;
const panelWidth = 260;
const valueWidth = 100;
const width = 2 * margin + nameWidth + measures.length * panelWidth;
const rowHeight = 22;
const barHeight = 14;
const titleHeight = 40;
const colours = { 'Node.js': '#0b6e99', Python: '#c9a227' } as const;

/** An SVG image, well-formed: for each job the bars of time, CPU time and memory, side by side, each in its own scale. */
export function chart(rows: readonly Row[], title: string): string {
  const parts: string[] = [];
  let y = margin + 16;
  parts.push(text(margin, y, title, 'font-size="15" font-weight="600"'));
  for (const { job, some, most } of byJob(rows)) {
    y += titleHeight;
    parts.push(text(margin, y, job, 'font-size="14" font-weight="600"'));
    parts.push(...measures.map((measure, at) => text(panelLeft(at), y, measure.title, 'font-size="12" fill="#555"')));
    for (const row of some) {
      y += rowHeight;
      parts.push(text(margin + nameWidth - 8, y, nameOf(row), 'font-size="12" text-anchor="end"'));
      parts.push(...measures.flatMap((measure, at) => bar(row, measure, most(measure), panelLeft(at), y)));
    }
  }
  const height = y + margin;
  const frame = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const inner = [`<title>${escaped(title)}</title>`, `<rect width="${width}" height="${height}" fill="#fff"/>`, ...parts].join(
    '\n',
  );
  return `<svg ${frame} font-family="system-ui, sans-serif">\n${inner}\n</svg>\n`;
}

const panelLeft = (at: number): number => margin + nameWidth + at * panelWidth;

function bar(row: Row, measure: Measure, most: number, left: number, y: number): string[] {
  const length = ((panelWidth - valueWidth) * measure.of(row)) / most;
  const place = `x="${left}" y="${y - barHeight + 3}" width="${length.toFixed(1)}" height="${barHeight}"`;
  return [`<rect ${place} fill="${colours[row.language]}"/>`, text(left + length + 6, y, measure.text(row), 'font-size="12"')];
}

function text(x: number, y: number, words: string, style: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${style}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
