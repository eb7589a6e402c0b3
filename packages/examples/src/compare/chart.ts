import type { Row } from './comparison.js';
import { nameOf, seconds } from './report.js';

const width = 760;
const margin = 20;
const nameWidth = 160;
const valueWidth = 80;
const rowHeight = 24;
const barHeight = 14;
const titleHeight = 34;
const colours = { 'Node.js': '#0b6e99', Python: '#c9a227' } as const;

/** The times as bars, in a scale for each job. An SVG image, well-formed. */
export function chart(rows: readonly Row[], title: string): string {
  const parts: string[] = [];
  let y = margin + 16;
  parts.push(text(margin, y, title, 'font-size="16" font-weight="600"'));
  for (const job of new Set(rows.map((row) => row.job))) {
    const some = rows.filter((row) => row.job === job);
    const longest = Math.max(...some.map(({ ms }) => ms));
    y += titleHeight;
    parts.push(text(margin, y, job, 'font-size="14" font-weight="600"'));
    for (const row of some) {
      y += rowHeight;
      parts.push(...barOf(row, y, longest));
    }
  }
  const height = y + margin;
  const frame = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const inner = [`<title>${escaped(title)}</title>`, `<rect width="${width}" height="${height}" fill="#fff"/>`, ...parts].join(
    '\n',
  );
  return `<svg ${frame} font-family="system-ui, sans-serif">\n${inner}\n</svg>\n`;
}

function barOf(row: Row, y: number, longest: number): string[] {
  const left = margin + nameWidth;
  const length = ((width - left - valueWidth - margin) * row.ms) / longest;
  return [
    text(left - 8, y, nameOf(row), 'font-size="12" text-anchor="end"'),
    `<rect x="${left}" y="${y - barHeight + 3}" width="${length.toFixed(1)}" height="${barHeight}" fill="${colours[row.language]}"/>`,
    text(left + length + 6, y, seconds(row.ms), 'font-size="12"'),
  ];
}

function text(x: number, y: number, words: string, style: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${style}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
